# What the scripts share: where things are, a test environment for Python, and the tally of results. Sourced, never run.
# shellcheck shell=bash
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root" || exit 1

# Lets two clones of the project on one machine share what ccache holds.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1
export PIP_DISABLE_PIP_VERSION_CHECK=1

# The interpreter that packages.txt installs, so that another one in the PATH (pyenv, conda) changes nothing.
system_python=/usr/bin/python3
[[ -x $system_python ]] || system_python=$(command -v python3)

# Prints the interpreter of a virtual environment with the packages of tests/requirements.txt; makes it when they change.
test_python() {
  local folder=$root/build/test-venv stamp
  stamp=$(cksum <"$root/tests/requirements.txt")
  if [[ ! -f $folder/stamp || $(<"$folder/stamp") != "$stamp" ]]; then
    rm -rf "$folder"
    "$system_python" -m venv "$folder" >&2
    "$folder/bin/pip" install -q -r "$root/tests/requirements.txt" >&2
    echo "$stamp" >"$folder/stamp"
  fi
  echo "$folder/bin/python"
}

# Prints the interpreter of a set of published clients (tests/clients); makes it when its list changes.
client_python() { "$system_python" "$root/tests/clients/client_sets.py" "$1"; }

# The results of one call of a script: JUnit files of whole suites, and a line per step. A script that another one called
# adds to the caller's.
results=${HOMEPORT_RESULTS:-}
start_tally() {
  [[ -n $results ]] && return
  results=$root/build/results
  rm -rf "$results"
  mkdir -p "$results"
}

# step NAME COMMAND...: runs it; counts as one test.
step() {
  local name=$1 began=$SECONDS outcome=passed
  shift
  echo "== $name"
  "$@" || outcome=failed
  echo "$outcome $name" >>"$results/steps.txt"
  echo "== $name: $outcome ($((SECONDS - began)) s)"
  [[ $outcome == passed ]]
}

# suite NAME COMMAND...: runs a suite that writes $results/NAME.xml; one that ends badly without saying which test failed
# (it did not build, it crashed) counts as one failure.
suite() {
  local name=$1 began=$SECONDS status=0
  shift
  echo "== $name"
  "$@" || status=$?
  echo "$status $name" >>"$results/suites.txt"
  echo "== $name: exit status $status ($((SECONDS - began)) s)"
}

# Prints the table of suites and, last, `N passed, N failed`; its status is 1 if anything failed or nothing ran.
finish_tally() {
  [[ -n ${HOMEPORT_RESULTS:-} ]] && return
  "$system_python" "$root/scripts/lib/tally.py" "$results"
}
