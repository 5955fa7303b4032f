"""What no compiler checks: includes go down only, files stay small, time is asked for in one place.

    check_tree.py ROOT

The order of the rooms is that of src/CMakeLists.txt. Prints each breach as file:line; exits 1 if there is one.
"""
import re
import sys
from pathlib import Path

LONGEST_FILE = 500
INCLUDE = re.compile(r'#\s*include\s+"(\w+)/[^"]+"')
CLOCK = re.compile(r'\bsystem_clock::now\b')


def rooms(root):
    """The rooms, lowest first."""
    line = re.search(r'foreach\(room ([^)]+)\)', (root / 'src/CMakeLists.txt').read_text())
    return line.group(1).split()


def check(root):
    order, breaches = rooms(root), []
    for path in sorted((root / 'src').rglob('*.[ch]pp')):
        name, lines = path.relative_to(root), path.read_text().splitlines()
        room = path.relative_to(root / 'src').parts[0]
        if room not in order:
            breaches.append('%s: room %r is not listed in src/CMakeLists.txt' % (name, room))
            continue
        if len(lines) > LONGEST_FILE:
            breaches.append('%s: %d lines, %d are the most' % (name, len(lines), LONGEST_FILE))
        for number, line in enumerate(lines, 1):
            included = INCLUDE.match(line)
            if included and included.group(1) in order and order.index(included.group(1)) > order.index(room):
                breaches.append('%s:%d: %s includes %s, which stands above it' % (name, number, room, included.group(1)))
            if included and included.group(1) not in order:
                breaches.append('%s:%d: no room %r' % (name, number, included.group(1)))
            if CLOCK.search(line) and name.as_posix() != 'src/base/clock.cpp':
                breaches.append('%s:%d: asks for the time of day itself; base::Clock is the one to ask' % (name, number))
    return breaches


def main():
    breaches = check(Path(sys.argv[1]))
    print('\n'.join(breaches) or 'the tree is in order')
    return 1 if breaches else 0


if __name__ == '__main__':
    sys.exit(main())
