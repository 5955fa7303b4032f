# The checks that read sources only; functions for `step`. Sourced after common.sh.
# shellcheck shell=bash

cpp_sources() { git ls-files --cached --others --exclude-standard -- 'src/*.?pp' 'tests/*.?pp' 'bench/*.?pp'; }

check_format() { cpp_sources | xargs -r clang-format-14 --dry-run --Werror; }

# clang-tidy on the .cpp files changed since the commit $1 (and not committed yet); the build folder is of preset $2.
check_tidy() {
  { git diff --name-only --diff-filter=d "$1" -- 'src/*.cpp'; git ls-files --others --exclude-standard -- 'src/*.cpp'; } |
    sort -u | xargs -r -n 1 -P "$(nproc)" clang-tidy-14 --quiet -p "build/$2" 2> >(grep -v 'warnings generated' >&2)
}

check_types() {
  local python
  python=$(test_python) || return
  (cd python && "$python" -m mypy)
}
