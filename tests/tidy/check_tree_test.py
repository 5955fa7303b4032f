"""check_tree.py finds each breach that it is there for."""
import tempfile
import unittest
from pathlib import Path

import check_tree


class CheckTree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.write('src/CMakeLists.txt', 'foreach(room base domain api)\n')

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def test_an_include_that_goes_down_is_fine(self):
        self.write('src/api/a.cpp', '#include "base/b.hpp"\n#include "api/c.hpp"\n#include <boost/json.hpp>\n')
        self.assertEqual(check_tree.check(self.root), [])

    def test_an_include_that_goes_up_is_found(self):
        self.write('src/base/deep/b.cpp', '\n#include "domain/run.hpp"\n')
        self.assertEqual(check_tree.check(self.root), ['src/base/deep/b.cpp:2: base includes domain, which stands above it'])

    def test_a_long_file_a_clock_and_a_nameless_room_are_found(self):
        self.write('src/base/long.cpp', '\n' * 501)
        self.write('src/domain/d.cpp', 'auto now = std::chrono::system_clock::now();\n')
        self.write('src/cellar/c.cpp', '')
        self.assertEqual([breach.split(':')[0] for breach in check_tree.check(self.root)],
                         ['src/base/long.cpp', 'src/cellar/c.cpp', 'src/domain/d.cpp'])


if __name__ == '__main__':
    unittest.main()
