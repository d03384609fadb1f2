#!/usr/bin/env bash
# Measures the engine (BenchmarkDotNet, medians) and, where python3 has SymPy, SymPy on the same tasks in the same run.
# Use an idle machine. Arguments go to BenchmarkDotNet: --filter '*Nested*', --job short.
set -eu
cd "$(dirname "$0")"
dotnet run -c Release -- "${@:---filter=*}"
if python3 -c 'import sympy' 2>/dev/null; then
  python3 peer.py
else
  echo "SymPy is not installed for python3 (pip install sympy), so there is no peer to compare with."
fi
