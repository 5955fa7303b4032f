"""Sums the results in a folder: JUnit files (NAME.xml), suites.txt ('STATUS NAME') and steps.txt ('passed NAME').

Prints what failed, a line for each suite and, last, `N passed, N failed`. Exits 1 if anything failed or nothing ran.
"""
import sys
import xml.etree.ElementTree
from pathlib import Path


def read_suite(path):
    """(passed, skipped, [names of the failed]) of one JUnit file, as ctest or pytest writes it."""
    passed, skipped, failed = 0, 0, []
    for case in xml.etree.ElementTree.parse(path).iter('testcase'):
        name = '.'.join(filter(None, (case.get('classname'), case.get('name'))))
        if case.find('failure') is not None or case.find('error') is not None or case.get('status') == 'fail':
            failed.append(name)
        elif case.find('skipped') is not None or case.get('status') in ('notrun', 'disabled'):
            skipped += 1
        else:
            passed += 1
    return passed, skipped, failed


def lines(path):
    return [line.split(' ', 1) for line in path.read_text().splitlines()] if path.exists() else []


def main():
    folder = Path(sys.argv[1])
    rows = []
    for status, name in lines(folder / 'suites.txt'):
        report = folder / (name + '.xml')
        passed, skipped, failed = read_suite(report) if report.exists() else (0, 0, [])
        if status != '0' and not failed:
            failed = ['the suite as a whole: exit status ' + status]
        rows.append((name, passed, skipped, failed))
    for outcome, name in lines(folder / 'steps.txt'):
        rows.append((name, int(outcome == 'passed'), 0, [] if outcome == 'passed' else ['see above']))

    print()
    for name, passed, skipped, failed in rows:
        print('%-28s %5d passed, %d failed%s' % (name, passed, len(failed), ', %d skipped' % skipped if skipped else ''))
        for case in failed:
            print('    failed: ' + case)
    passed, failed = sum(row[1] for row in rows), sum(len(row[3]) for row in rows)
    print('%d passed, %d failed' % (passed, failed))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
