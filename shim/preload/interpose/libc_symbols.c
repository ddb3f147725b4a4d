/* SPDX-License-Identifier: MIT
 * The next definition of a symbol, read from the loader's list of objects.
 *
 * dlsym() takes the loader's lock, and dlopen() holds that lock while it runs
 * a constructor: a constructor that waits for a thread which calls dlsym()
 * waits for ever. So the list of objects is read directly. The part from this
 * library to libc is loaded at start, never unloaded and never reordered; what
 * dlopen() appends comes after it and is not read.
 */
#include "interpose/libc_symbols.h"

#include <elf.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>

#include "state/environment.h"

#define VERSION_HIDDEN 0x8000 /* not the default version of its name */
#define TYPE_OF(info) ((info)&15)
#define BITS_OF_ADDRESS (8 * (unsigned)sizeof(ElfW(Addr)))

extern ElfW(Dyn) _DYNAMIC[]; /* ours; musl's <link.h> does not declare it */

/* What a lookup needs of an object. */
struct object {
	uintptr_t base;
	const ElfW(Sym) * symbol;
	const char *names;
	const uint32_t *gnu_hash, *sysv_hash;
	const ElfW(Half) * version;
};

/* glibc has added the base already, but not in a read-only section; musl has
 * not. */
static const void *in_object(const struct link_map *map,
			     const ElfW(Dyn) * entry)
{
	uintptr_t at = entry->d_un.d_ptr;

	if (at < map->l_addr)
		at += map->l_addr;
	return (const void *)at;
}

static struct object object_of(const struct link_map *map)
{
	struct object o = {.base = map->l_addr};

	for (const ElfW(Dyn) *d = map->l_ld; d && d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_SYMTAB)
			o.symbol = in_object(map, d);
		else if (d->d_tag == DT_STRTAB)
			o.names = in_object(map, d);
		else if (d->d_tag == DT_GNU_HASH)
			o.gnu_hash = in_object(map, d);
		else if (d->d_tag == DT_HASH)
			o.sysv_hash = in_object(map, d);
		else if (d->d_tag == DT_VERSYM)
			o.version = in_object(map, d);
	}
	if (!o.symbol || !o.names)
		o.gnu_hash = o.sysv_hash = NULL;
	return o;
}

static bool defines(const struct object *o, uint32_t index, const char *name)
{
	const ElfW(Sym) *s = &o->symbol[index];

	return s->st_shndx != SHN_UNDEF && s->st_value &&
	       !(o->version && o->version[index] & VERSION_HIDDEN) &&
	       !strcmp(o->names + s->st_name, name);
}

static const ElfW(Sym) * by_gnu_hash(const struct object *o, const char *name)
{
	const uint32_t *head = o->gnu_hash;
	const uint32_t buckets = head[0], first = head[1], words = head[2];
	const ElfW(Addr) *filter = (const void *)(head + 4);
	const uint32_t *bucket = (const void *)(filter + words);
	const uint32_t *chain = bucket + buckets;
	uint32_t hash = 5381, index;
	ElfW(Addr) word;

	if (!buckets || !words)
		return NULL;
	for (const char *c = name; *c; c++)
		hash = hash * 33 + (unsigned char)*c;
	word = filter[hash / BITS_OF_ADDRESS % words];
	if (!(word >> hash % BITS_OF_ADDRESS &
	      word >> (hash >> head[3]) % BITS_OF_ADDRESS & 1))
		return NULL;
	index = bucket[hash % buckets];
	if (index < first)
		return NULL;
	for (;; index++) {
		const uint32_t there = chain[index - first];

		if ((there | 1) == (hash | 1) && defines(o, index, name))
			return &o->symbol[index];
		if (there & 1)
			return NULL;
	}
}

static const ElfW(Sym) * by_sysv_hash(const struct object *o, const char *name)
{
	const uint32_t buckets = o->sysv_hash[0];
	const uint32_t *bucket = o->sysv_hash + 2, *chain = bucket + buckets;
	uint32_t hash = 0, index;

	if (!buckets)
		return NULL;
	for (const char *c = name; *c; c++) {
		hash = (hash << 4) + (unsigned char)*c;
		hash = (hash ^ (hash >> 24 & 0xf0)) & 0x0fffffff;
	}
	for (index = bucket[hash % buckets]; index; index = chain[index])
		if (defines(o, index, name))
			return &o->symbol[index];
	return NULL;
}

static const ElfW(Sym) * find_in(const struct object *o, const char *name)
{
	if (o->gnu_hash)
		return by_gnu_hash(o, name);
	return o->sysv_hash ? by_sysv_hash(o, name) : NULL;
}

static bool is_libc(const struct object *o)
{
	return find_in(o, "getauxval") != NULL;
}

/* The loader's list, by way of the main program; NULL: it cannot be found, or
 * the program asks for an auditor (rtld-audit(7)), which must see a lookup. */
static const struct link_map *all_objects(void)
{
	const ElfW(Phdr) *head = (const void *)getauxval(AT_PHDR),
			 *dynamic = NULL;
	const size_t count = getauxval(AT_PHNUM);
	const struct r_debug *debug = NULL;
	uintptr_t base = 0;
	bool placed = false;

	for (size_t i = 0; head && i < count; i++) {
		if (head[i].p_type == PT_PHDR) {
			base = (uintptr_t)head - head[i].p_vaddr;
			placed = true;
		} else if (head[i].p_type == PT_DYNAMIC) {
			dynamic = &head[i];
		}
	}
	if (!placed || !dynamic)
		return NULL;
	for (const ElfW(Dyn) *d = (const void *)(base + dynamic->p_vaddr);
	     d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_AUDIT || d->d_tag == DT_DEPAUDIT)
			return NULL;
		if (d->d_tag == DT_DEBUG)
			debug = (const void *)d->d_un.d_ptr;
	}
	return debug ? debug->r_map : NULL;
}

/* The first object behind us. */
static const struct link_map *first_object(void)
{
	const struct link_map *map = all_objects();

	while (map && map->l_ld != _DYNAMIC)
		map = map->l_next;
	return map ? map->l_next : NULL;
}

/* Where every lookup begins. Most end there too: it is libc, as a rule. */
static struct {
	const struct link_map *map; /* NULL: only the loader can tell */
	struct object object;
} first;

enum { NOT_YET, LOOKING, DONE };
static _Atomic int state;

static const struct link_map *look(struct object *object)
{
	const struct link_map *map =
		*environment_get("LD_AUDIT") ? NULL : first_object();

	if (map)
		*object = object_of(map);
	return map;
}

/* Looked for once; a thread or a signal handler that comes while another one
 * looks finds the same by itself. */
static const struct link_map *begin(struct object *object)
{
	int expected = NOT_YET;

	if (atomic_compare_exchange_strong(&state, &expected, LOOKING)) {
		first.map = look(&first.object);
		state = DONE;
	} else if (expected == LOOKING) {
		return look(object);
	}
	*object = first.object;
	return first.map;
}

bool libc_symbols_work(void)
{
	struct object object;

	return begin(&object) != NULL;
}

static enum symbol answer(const struct object *o, const ElfW(Sym) * found,
			  void **symbol)
{
	if (!found)
		return SYMBOL_NONE;
	if (TYPE_OF(found->st_info) == STT_GNU_IFUNC)
		return SYMBOL_UNSURE;
	*symbol = (void *)(o->base + found->st_value);
	return SYMBOL_FOUND;
}

/* Where libc was preloaded in front of us. */
static enum symbol look_in_libc(const char *name, void **symbol)
{
	const struct link_map *map = all_objects();

	for (; map; map = map->l_next) {
		const struct object o = object_of(map);

		if (is_libc(&o))
			return answer(&o, find_in(&o, name), symbol);
	}
	return SYMBOL_UNSURE;
}

enum symbol libc_symbol_next(const char *name, void **symbol)
{
	struct object o;
	const struct link_map *map = begin(&o);

	if (!map)
		return SYMBOL_UNSURE;
	for (;;) {
		const ElfW(Sym) *found = find_in(&o, name);

		if (found || is_libc(&o))
			return answer(&o, found, symbol);
		map = map->l_next;
		if (!map)
			return look_in_libc(name, symbol);
		o = object_of(map);
	}
}
