#!/bin/sh
# The first process of the virtual machine that run.sh boots: mounts the host's files, does its job there, and
# turns the machine off.
[ $$ -eq 1 ] || { echo "init.sh: only for the machine that Tests/Kernel/run.sh boots: see its --help" >&2; exit 64; }
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in virtio_pci 9pnet_virtio 9p tun veth; do modprobe $module 2>/dev/null; done

share() { # TAG PLACE OPTIONS
  mount -t 9p -o "trans=virtio,version=9p2000.L,msize=500000$3" "$1" "$2"
}
share host /host ,ro,cache=loose
mount -t proc proc /host/proc
mount -t sysfs sys /host/sys
mount -t devtmpfs dev /host/dev
for place in tmp run dev/shm; do
  mkdir -p "/host/$place" 2>/dev/null
  mount -t tmpfs tmpfs "/host/$place"
done
mkdir /host/dev/pts
mount -t devpts devpts /host/dev/pts
mkdir -p /host/tmp/results
share results /host/tmp/results
# Again, since it may be under /tmp.
directory=
# shellcheck source=/dev/null
. /host/tmp/results/settings
mkdir -p "/host$directory"
share project "/host$directory" ,ro,cache=loose

cat >/host/tmp/job <<'END'
. /tmp/results/settings
export PATH="$path" HOME=/tmp FASTUN="$program"
cd "$directory"
ip link set lo up
uname -r >/tmp/results/release
failed=0
step() { # WHAT COMMAND …
  what=$1
  shift
  echo "=== $what"
  "$@" || { echo "=== $what FAILED: exit status $?"; failed=1; }
}
step demo .build/release/Demo
for name in $tests; do step "$name" "$bundle" --testing-library swift-testing --filter "$name"; done
[ "$failed" -ne 0 ] || touch /tmp/results/passed
END
chroot /host /bin/sh /tmp/job >/host/tmp/results/log 2>&1
: >/host/tmp/results/ended
poweroff -f
