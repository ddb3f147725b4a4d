#!/bin/sh
# The version script of the library: every row of calls.h, and nothing else.
# Anonymous: a named version node would silently disable interposition.
printf '{ global:\n'
sed -n 's/^[[:space:]]*X(\([A-Za-z_0-9]*\),.*/\t\1;/p'
printf 'local: *; };\n'
