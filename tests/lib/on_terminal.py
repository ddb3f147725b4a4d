# Runs a command on a terminal of its own, and plays a script to it.
#
#   on_terminal.py WIDTHxHEIGHT OUTPUT STEP… -- COMMAND [ARG]…
#
# What it draws goes to the file OUTPUT. Each STEP waits or acts:
#   see=REGEX      something like that is drawn (since the last step that saw)
#   type=TEXT      keys are pressed (^C as \x03)
#   size=WxH       the window changes
#   signal=NAME    sent to the command
#   touch=FILE     tell others how far we are
#   await=FILE     wait until that exists
# Then it waits for the end. Prints the exit status, then `same` or `changed`:
# whether the terminal's modes are as they were. A minute for everything.
import fcntl, os, pty, re, select, signal, struct, sys, termios, time

split = sys.argv.index("--")
size, output, *steps = sys.argv[1:split]
command = sys.argv[split + 1:]
deadline = time.monotonic() + 60 * int(os.environ.get("PATIENCE", "1"))
drawn = b""
seen = 0


def resize(fd, text):
    width, height = map(int, text.split("x"))
    fcntl.ioctl(fd, termios.TIOCSWINSZ,
                struct.pack("HHHH", height, width, 0, 0))


def drain(wait):
    global drawn
    if not select.select([main], [], [], wait)[0]:
        return True
    try:
        got = os.read(main, 65536)
    except OSError:
        return False
    drawn += got
    with open(output, "ab") as file:
        file.write(got)
    return bool(got)


def wait_for(what, condition):
    while not condition():
        if time.monotonic() > deadline:
            sys.exit("never came: " + what)
        if not drain(0.05):
            time.sleep(0.05)


def see(regex):
    global seen
    wait_for(regex, lambda: re.search(regex.encode(), drawn[seen:], re.S))
    seen = len(drawn)


main, side = pty.openpty()
resize(side, size)
before = termios.tcgetattr(side)
open(output, "wb").close()
pid = os.fork()
if not pid:
    os.close(main)
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for fd in 0, 1, 2:
        os.dup2(side, fd)
    os.environ["TERM"] = os.environ.get("SCREEN_TERM", "xterm")
    os.execvp(command[0], command)
for step in steps:
    kind, _, value = step.partition("=")
    if kind == "see":
        see(value)
    elif kind == "type":
        os.write(main, value.encode().decode("unicode_escape").encode())
    elif kind == "size":
        resize(main, value)
    elif kind == "signal":
        os.kill(pid, getattr(signal, value))
    elif kind == "touch":
        open(value, "w").close()
    elif kind == "await":
        wait_for(value, lambda: os.path.exists(value))
    else:
        sys.exit("no such step: " + step)


def ended():
    global status
    done, status = os.waitpid(pid, os.WNOHANG)
    return done


wait_for("its end", ended)
while drain(0.1) and select.select([main], [], [], 0)[0]:
    pass
code = os.waitstatus_to_exitcode(status)
print(code, "same" if termios.tcgetattr(side) == before else "changed")
