#!/bin/sh
# Brings plotly.js into this folder: the two smallest bundles that draw every chart, packed, with licence and checksums, and
# the part of its schema that the tests check figures against. Needs npm, node and gzip; building ChainRule needs none of them.
#
#   sh src/ChainRule/Charts/Assets/refresh.sh 4.1.1
#
# Afterwards run the tests; they compare the files with SHA256SUMS and every figure with the schema.
set -eu
version=${1:?"usage: refresh.sh VERSION (of plotly.js)"}
assets=$(cd "$(dirname "$0")" && pwd)
schema=$assets/../../../../tests/ChainRule.Tests/Charts/Schema
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
for part in cartesian gl3d; do
  package=$(npm pack --silent "plotly.js-$part-dist-min@$version")
  tar xzf "$package"
  # -n leaves time and name out: the same version gives the same bytes.
  gzip -9 -n -c "package/plotly-$part.min.js" > "$assets/plotly-$part.min.js.gz"
  cp package/LICENSE "$assets/plotly.LICENSE"
  rm -r package
done
package=$(npm pack --silent "plotly.js@$version")
tar xzf "$package" package/dist/plot-schema.json
node "$schema/reduce.js" package/dist/plot-schema.json "$version" > "$schema/plot-schema.json"
cd "$assets"
sha256sum plotly-cartesian.min.js.gz plotly-gl3d.min.js.gz plotly.LICENSE > SHA256SUMS
