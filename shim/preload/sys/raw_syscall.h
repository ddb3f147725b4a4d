/* SPDX-License-Identifier: MIT
 * System calls without libc: no errno, no cancellation point, no TLS.
 *
 * All that a mend asks of the kernel goes this way: errno stays as the
 * program's own call left it, none of it runs through an interposed name, and
 * the watch task, which has no TLS of its own, can use it too.
 */
#ifndef SOCKMEND_RAW_SYSCALL_H
#define SOCKMEND_RAW_SYSCALL_H

#include <stdint.h>
#include <sys/syscall.h>

#if defined(__x86_64__)

static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "+a"(n)
			 : "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return n;
}

/* clone(2): the child starts on `stack` (16-byte aligned) in `start`, which
 * must not return. The child's tid, or -errno. */
static inline long raw_clone(long flags, void **stack, int *tid,
			     void (*start)(void))
{
	register int *r10 __asm__("r10") = tid;
	register long r8 __asm__("r8") = 0;
	long n = SYS_clone;

	*stack = (void *)start;
	__asm__ volatile("syscall\n\t"
			 "test %0, %0\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "call *(%%rsp)\n\t"
			 "hlt\n"
			 "1:"
			 : "+a"(n)
			 : "D"(flags), "S"(stack), "d"(tid), "r"(r10), "r"(r8)
			 : "rcx", "r11", "memory");
	return n;
}

#elif defined(__i386__)

/* int $0x80 wherever a 32-bit program runs: no vdso, no %gs, and no PIC
 * register is needed. %ebp is the compiler's, so only a sixth argument, which
 * is rare, goes there, and by the stack. */
static inline long raw_call(long n, long a, long b, long c, long d, long e)
{
	__asm__ volatile("int $0x80"
			 : "+a"(n)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory");
	return n;
}

static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	__asm__ volatile("pushl %[f]\n\t"
			 "pushl %%ebp\n\t"
			 "movl 4(%%esp), %%ebp\n\t"
			 "int $0x80\n\t"
			 "popl %%ebp\n\t"
			 "addl $4, %%esp"
			 : "+a"(n)
			 : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), [f] "g"(f)
			 : "memory");
	return n;
}

static inline long raw_clone(long flags, void **stack, int *tid,
			     void (*start)(void))
{
	long n = SYS_clone;

	*stack = (void *)start;
	__asm__ volatile("int $0x80\n\t"
			 "test %0, %0\n\t"
			 "jnz 1f\n\t"
			 "xor %%ebp, %%ebp\n\t"
			 "call *(%%esp)\n\t"
			 "hlt\n"
			 "1:"
			 : "+a"(n)
			 : "b"(flags), "c"(stack), "d"(tid), "S"(0), "D"(tid)
			 : "memory");
	return n;
}

#elif defined(__aarch64__)

static inline long sys6(long n, long a, long b, long c, long d, long e, long f)
{
	register long x8 __asm__("x8") = n;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

static inline long raw_clone(long flags, void **stack, int *tid,
			     void (*start)(void))
{
	register long x8 __asm__("x8") = SYS_clone;
	register long x0 __asm__("x0") = flags;
	register void **x1 __asm__("x1") = stack;
	register int *x2 __asm__("x2") = tid;
	register long x3 __asm__("x3") = 0;
	register int *x4 __asm__("x4") = tid;

	*stack = (void *)start;
	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, xzr\n\t"
			 "mov x30, xzr\n\t"
			 "ldr x9, [sp]\n\t"
			 "blr x9\n\t"
			 "brk #0\n"
			 "1:"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4)
			 : "x9", "x30", "memory");
	return x0;
}

#else
#error "the watch task needs its clone(2) written for this machine"
#endif

#ifndef __i386__
#define raw_call(n, a, b, c, d, e) sys6(n, a, b, c, d, e, 0)
#endif

#define SYS_LONG(x) ((long)(x))
#define sys0(n) raw_call(n, 0, 0, 0, 0, 0)
#define sys1(n, a) raw_call(n, SYS_LONG(a), 0, 0, 0, 0)
#define sys2(n, a, b) raw_call(n, SYS_LONG(a), SYS_LONG(b), 0, 0, 0)
#define sys3(n, a, b, c)                                                       \
	raw_call(n, SYS_LONG(a), SYS_LONG(b), SYS_LONG(c), 0, 0)
#define sys4(n, a, b, c, d)                                                    \
	raw_call(n, SYS_LONG(a), SYS_LONG(b), SYS_LONG(c), SYS_LONG(d), 0)
#define sys5(n, a, b, c, d, e)                                                 \
	raw_call(n, SYS_LONG(a), SYS_LONG(b), SYS_LONG(c), SYS_LONG(d),        \
		 SYS_LONG(e))

/* What has a second form where a long is 32 bits: sizes, times and users. The
 * structures of files are libc's struct stat64, the same on both sides. */
#ifdef __i386__
#define BARE_MMAP SYS_mmap2 /* its offset, in pages, is always 0 here */
#define RAW_FCNTL SYS_fcntl64
#define BARE_GETEUID SYS_geteuid32
#define BARE_STAT SYS_stat64
#define BARE_FSTAT SYS_fstat64
#define BARE_FSTATAT SYS_fstatat64
#define bare_fallocate(fd, size) sys6(SYS_fallocate, fd, 0, 0, 0, size, 0)
#else
#define BARE_MMAP SYS_mmap
#define RAW_FCNTL SYS_fcntl
#define BARE_GETEUID SYS_geteuid
#define BARE_STAT SYS_stat /* younger machines have none */
#define BARE_FSTAT SYS_fstat
#define BARE_FSTATAT SYS_newfstatat
#define bare_fallocate(fd, size) sys4(SYS_fallocate, fd, 0, 0, size)
#endif

#endif
