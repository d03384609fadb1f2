#!/usr/bin/env bash
# Executes every notebook in place, so that its committed outputs are those of the program as it stands. The same program gives
# the same bytes twice; a test fails when a committed notebook is stale.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build src/ChainRule.Kernel --nologo -v quiet
for notebook in notebooks/*.ipynb; do
  dotnet run --project src/ChainRule.Kernel --no-build -- run "$notebook" --in-place
done
