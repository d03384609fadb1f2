#!/usr/bin/env bash
# Measures the engine (BenchmarkDotNet, medians) and, where python3 has them, SymPy and torch on the same tasks in the same run.
# Use an idle machine. Arguments go to BenchmarkDotNet: --filter '*Nested*', --job short. The one argument many-files measures
# how the time for many files of homework falls with the workers, and nothing else.
set -eu
cd "$(dirname "$0")"
dotnet run -c Release -- "${@:---filter=*}"
if [ "${1-}" = many-files ]; then
  exit
fi
# Debian's python3-torch belongs to its own python3, which may not be the first on the path.
for python in python3 /usr/bin/python3; do
  if "$python" -c 'import sympy' 2>/dev/null || "$python" -c 'import torch' 2>/dev/null; then
    "$python" peer.py
  fi
done
