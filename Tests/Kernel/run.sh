#!/usr/bin/env bash
# Runs the demo, and tests, under another kernel than this machine's.
set -euo pipefail
tool=run.sh
# shellcheck source=perf/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../../perf/lib.sh"
cd "$root"

usage() {
  cat <<'END'
usage: Tests/Kernel/run.sh [--deb FILE] [--kvm] [--seconds N] [TEST ...]

Runs the demo, and tests, under another kernel than this machine's: Debian 12's own (Linux 6.1), which is the
oldest that the io_uring engine works with. A virtual machine boots it with this machine's files, read-only,
as its own. So what was built here is what is tested: `make test-kernel` builds it first. Emulated, the default
takes seven minutes or so.

  --deb FILE     the kernel: a Debian package linux-image-… for amd64 (by default what apt-get downloads for
                 linux-image-amd64)
  --kvm          by the CPU's own virtualisation; without it all is emulated, on any machine, ten or twenty
                 times slower
  --seconds N    give up after that (default 1200)
  TEST           tests, as `swift test --filter` takes them (default: those of the engines, of devices, of
                 sockets and of datagrams through whole tunnels)

It wants root, and the packages qemu-system-x86, busybox-static, cpio and kmod. Exit status: 0 where all passed,
1 where something failed, 64 for a wrong option, 69 where something is missing, 77 not root.
END
}

# Both CPUs by one thread: by one each, QEMU runs instructions that the other CPU just rewrote, and the kernel panics.
deb='' accelerator=tcg,thread=single cpu=max seconds=1200
while [ $# -gt 0 ]; do
  case $1 in
    --deb | --seconds)
      [ $# -gt 1 ] || fail 64 "$1 wants a value (--help tells more)"
      if [ "$1" = --deb ]; then deb=$2; else seconds=$2; fi
      shift
      ;;
    # Hypervisors in between may not let it be set.
    --kvm) accelerator=kvm cpu=host,-arch-capabilities ;;
    -h | --help) usage && exit ;;
    -*) fail 64 "there is no option $1 (--help tells which there are)" ;;
    *) break ;;
  esac
  shift
done
tests=${*:-UringEngineTests OutputsTests LaneSocketTests TunDeviceTests SealedSupervisorTests DatagramTests}

[ "$(id -u)" -eq 0 ] || fail 77 'only root may read all of this machine for another: sudo make test-kernel'
[ "$(uname -m)" = x86_64 ] || fail 69 "it boots kernels for x86-64, and this is $(uname -m)"
need qemu-system-x86_64 qemu-system-x86
need busybox busybox-static
need cpio cpio
need depmod kmod
program=.build/release/fastun bundle=.build/debug/fastunPackageTests.xctest
for built in "$program" .build/release/Demo "$bundle"; do
  [ -x "$built" ] || fail 69 "$built has not been built: make test-kernel builds it"
done

# The kernel.
if [ -z "$deb" ]; then
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/ *Depends: //p' | head -n 1)
  [ -n "$package" ] || fail 69 'apt-cache knows no linux-image-amd64: name a package by --deb'
  (cd "$work" && apt-get download -qq -o APT::Sandbox::User=root "$package") ||
    fail 69 "$package cannot be downloaded"
  deb=$(echo "$work"/*.deb)
fi
dpkg -x "$deb" "$work/kernel" || fail 69 "$deb is no Debian package"
image=$(echo "$work"/kernel/boot/vmlinuz-*)
[ -f "$image" ] || fail 69 "$deb holds no kernel"
modules=$(find "$work/kernel" -path '*/lib/modules/*/kernel' -print -quit)
release=$(basename "$(dirname "$modules")")

# Its first programs: they mount this machine's files.
files=$work/files
mkdir -p "$files"/{bin,sbin,proc,sys,dev,host,"lib/modules/$release/kernel"}
cp "$(command -v busybox)" "$files/bin/busybox"
for name in sh mount mkdir chroot poweroff cat; do ln -s busybox "$files/bin/$name"; done
ln -s ../bin/busybox "$files/sbin/modprobe"
cp "$(dirname "$modules")"/modules.* "$files/lib/modules/$release/"
for part in net lib crypto arch drivers/net drivers/virtio drivers/char fs/9p fs/fscache fs/netfs; do
  [ -d "$modules/$part" ] || continue
  mkdir -p "$files/lib/modules/$release/kernel/$part"
  cp -r "$modules/$part/." "$files/lib/modules/$release/kernel/$part"
done
rm -rf "$files/lib/modules/$release"/kernel/drivers/net/{wireless,ethernet,usb,can}
depmod -b "$files" "$release"
cp Tests/Kernel/init.sh "$files/init"
(cd "$files" && find . | cpio -o -H newc --quiet | gzip -1) >"$work/initrd"

# What it is to do, and where it leaves what came of it.
mkdir "$work/results"
cat >"$work/results/settings" <<END
directory='$PWD' program='$PWD/$program' bundle='$PWD/$bundle' tests='$tests' path='$PATH'
END

echo "booting $(basename "$image") with this machine's files: $seconds s at most"
timeout "$seconds" qemu-system-x86_64 -accel "$accelerator" -cpu "$cpu" -smp 2 -m 4G -nographic -no-reboot \
  -kernel "$image" -initrd "$work/initrd" -append 'console=ttyS0 quiet panic=-1' -nic none \
  -virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
  -virtfs "local,path=$PWD,mount_tag=project,security_model=none,readonly=on,multidevs=remap" \
  -virtfs "local,path=$work/results,mount_tag=results,security_model=none" \
  </dev/null >"$work/console" 2>&1 &
machine=$!
started+=("$machine")
touch "$work/results/log"
tail --pid "$machine" -n +1 -f "$work/results/log"
status=0
wait "$machine" || status=$?

if grep -E '(Test|Suite) .* skipped|Test run with 0 tests' "$work/results/log"; then
  fail 1 'what did not run has not passed'
elif [ -f "$work/results/passed" ]; then
  echo "all passed under Linux $(cat "$work/results/release")"
else
  if [ "$status" -eq 124 ]; then
    complain "not done within $seconds s"
  elif [ ! -f "$work/results/ended" ]; then
    complain 'the machine stopped on its own; what it said last:'
    tail -n 40 "$work/console" >&2
  fi
  fail 1 'not all passed'
fi
