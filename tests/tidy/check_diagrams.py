"""The state diagrams of ARCHITECTURE.md must be those of the tables in src/domain.

    check_diagrams.py ROOT

Prints each step that one has and the other lacks; exits 1 if there is one.
"""
import re
import sys
from pathlib import Path

DIAGRAM = re.compile(r'```mermaid\nstateDiagram-v2\n(.*?)```', re.S)
STEP = re.compile(r'(\w+) --> (\w+): (\w+)')


def table(root, header, kind):
    text = (root / header).read_text()
    row = r'%sTransition\{%sState::(\w+),\s*%sEvent::(\w+),\s*%sState::(\w+)\}' % (kind, kind, kind, kind)
    return {(before, after, event) for before, event, after in re.findall(row, text)}


def main():
    root = Path(sys.argv[1])
    drawn = [set(STEP.findall(body)) for body in DIAGRAM.findall((root / 'ARCHITECTURE.md').read_text())]
    tables = [table(root, 'src/domain/run_state.hpp', 'Run'), table(root, 'src/domain/node.hpp', 'Node')]
    if len(drawn) != 2 or not all(tables):
        print('expected two diagrams and two tables')
        return 1
    wrong = 0
    for diagram, rows in zip(drawn, tables):
        for step in sorted(diagram ^ rows):
            print('%s: %s --%s--> %s' % ('only drawn' if step in diagram else 'not drawn', step[0], step[2], step[1]))
            wrong = 1
    return wrong


if __name__ == '__main__':
    sys.exit(main())
