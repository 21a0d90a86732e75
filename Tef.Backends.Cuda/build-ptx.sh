#!/usr/bin/env bash
# Makes the PTX that Tef.Backends.Cuda embeds, from the kernels, with clang's NVPTX target and no CUDA toolkit.
#
#   build-ptx.sh            makes Kernels/*.ptx again
#   build-ptx.sh --check    fails when a PTX file is not what the sources give
#   build-ptx.sh --targets  compiles the kernels for the GPUs that the clang at hand knows, to see that they are accepted
#
# The PTX is for sm_70; drivers compile it for every GPU from there on. One major version of clang makes it, so that the same sources
# give the same bytes; set CLANG to choose another for --targets. With no such clang, --check compares the sources' hashes and exits
# with 3.
set -euo pipefail
cd "$(dirname "$0")/Kernels"

readonly major=14
readonly kernels=(keep_mask rows)
readonly flags=(-x cuda --cuda-device-only -nocudainc -nocudalib -std=c++17 -O3 -ffp-contract=off -Wall -Wextra -Werror)
readonly ptx_version=60

major_of() { "$1" --version 2>/dev/null | sed -nE '1s/.*version ([0-9]+)\..*/\1/p'; }

find_clang() {
    local name
    for name in ${CLANG:-} "clang-$major" clang; do
        if [ "$(major_of "$name")" = "$major" ]; then
            echo "$name"
            return
        fi
    done
    return 1
}

# What the PTX of a kernel file depends on, compiler aside.
hash_of() { { cat prelude.cuh "$1.cu"; echo "${flags[*]} $ptx_version $major"; } | tr -d '\r' | sha256sum | cut -d ' ' -f 1; }

header_of() { printf '// Made from %s.cu by build-ptx.sh with clang %s. Do not edit.\n// sha256 %s\n' "$1" "$major" "$(hash_of "$1")"; }

# compile CLANG KERNEL GPU PTX_VERSION OUTPUT
compile() { "$1" "${flags[@]}" "--cuda-gpu-arch=$3" -Xclang -target-feature -Xclang "+ptx$4" -S "$2.cu" -o "$5"; }

# make CLANG KERNEL: the PTX file, on standard output.
make_ptx() {
    header_of "$2"
    compile "$1" "$2" sm_70 "$ptx_version" - | sed -E 's/[ \t]+$//' | cat -s
}

case ${1:-} in
    "")
        clang=$(find_clang) || { echo "clang $major is not installed." >&2; exit 1; }
        for kernel in "${kernels[@]}"; do
            make_ptx "$clang" "$kernel" > "$kernel.ptx.new"
            mv "$kernel.ptx.new" "$kernel.ptx"
        done
        ;;
    --check)
        for kernel in "${kernels[@]}"; do
            header_of "$kernel" | cmp -s - <(head -n 2 "$kernel.ptx") \
                || { echo "$kernel.ptx is stale: the sources changed. Run build-ptx.sh." >&2; exit 1; }
        done
        clang=$(find_clang) || { echo "clang $major is not installed; only the sources' hashes were compared." >&2; exit 3; }
        for kernel in "${kernels[@]}"; do
            make_ptx "$clang" "$kernel" | cmp - "$kernel.ptx" \
                || { echo "$kernel.ptx is stale: it is not what $clang makes. Run build-ptx.sh." >&2; exit 1; }
        done
        ;;
    --targets)
        clang=${CLANG:-clang}
        version=$(major_of "$clang")
        # The first versions of clang with sm_86, sm_90, and PTX 7.8.
        gpus=(sm_70 sm_75 sm_80)
        ptx=70
        [ "$version" -lt 13 ] || gpus+=(sm_86)
        [ "$version" -lt 16 ] || { gpus+=(sm_89 sm_90); ptx=78; }
        for gpu in "${gpus[@]}"; do
            for kernel in "${kernels[@]}"; do
                [ "$gpu" != sm_86 ] || [ "$ptx" -gt 70 ] || ptx=71
                compile "$clang" "$kernel" "$gpu" "$ptx" /dev/null
            done
            echo "$gpu: accepted by clang $version"
        done
        ;;
    *)
        echo "Usage: build-ptx.sh [--check | --targets]" >&2
        exit 2
        ;;
esac
