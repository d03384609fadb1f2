#!/usr/bin/env bash
# Makes the pictures of the README: the program runs the notebook, Chromium shows its page, and the elements are photographed.
set -euo pipefail
cd "$(dirname "$0")/../.."
dotnet build tests/ChainRule.Kernel.Tests --nologo -v quiet -m:1
CHAINRULE_PICTURES="$PWD/docs/pictures" dotnet tests/ChainRule.Kernel.Tests/bin/Debug/net10.0/ChainRule.Kernel.Tests.dll -class ChainRule.Kernel.Tests.PictureTests
