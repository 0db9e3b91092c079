# shellcheck shell=bash
# Sourced by vm.sh: the kernel and the root disk of the guest, in a folder of the cache that is named after the hash of what
# they are made of. All clones share it.

suite=bookworm
packages=nfs-kernel-server,nfs-common,rpcbind,xfsprogs,e2fsprogs,btrfs-progs,kmod,iproute2,open-iscsi,tgt,dmsetup
packages+=,cryptsetup-bin,thin-provisioning-tools,lvm2,procps,quota,udev
java_modules=java.se,jdk.unsupported,jdk.zipfs,jdk.net,jdk.management,jdk.naming.dns,jdk.crypto.ec,jdk.charsets,jdk.jcmd

image_folder() {
  local key
  key=$(cat "$here/image.sh" "$JAVA_HOME/release" | sha256sum)
  echo "$cache/image-${key:0:16}"
}

# dpkg forces every file to disk. In memory, where there is room for it, that costs nothing; in a mount namespace of its own
# nothing of it is left whatever happens.
build_image() {
  local began=$SECONDS
  progress "building the guest, once (one to two minutes; log: $cache/build.log)"
  : >"$cache/build.log"
  rm -rf --one-file-system "$cache/building" "$image"
  mkdir -p "$cache/building" "$image"
  if [[ $(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo) -gt 5000000 ]] && unshare --mount true 2>/dev/null; then
    # shellcheck disable=SC2016
    unshare --mount bash -c 'mount -t tmpfs -o size=3g,mode=755 tmpfs "$1" && exec "$2" make-image' - "$cache/building" "$here/vm.sh" || exit
  else
    "$here/vm.sh" make-image || exit
  fi
  rm -rf --one-file-system "$cache/building"
  touch "$image/complete"
  progress "  built in $((SECONDS - began)) s"
}

make_everything() {
  find_java
  image=$(image_folder)
  build=$cache/building
  log=$cache/build.log
  step "Java runtime" make_runtime & # beside the first half of the root disk, which waits for the network
  local runtime=$!
  step "root disk, Debian $suite" make_root
  wait "$runtime" || exit
  step "kernel" make_kernel
  step "disk image" make_disk
}

step() {
  local began=$SECONDS
  ("$2") >>"$log" 2>&1 </dev/null || fail "$1: failed; the end of $log:"$'\n'"$(tail -n 5 "$log")"
  progress "  $1: $((SECONDS - began)) s"
}

make_runtime() {
  set -euo pipefail
  "$JAVA_HOME/bin/jlink" --add-modules "$java_modules" --strip-debug --no-man-pages --no-header-files --generate-cds-archive \
    --output "$build/java"
}

make_root() {
  set -euo pipefail
  debootstrap --variant=minbase --include="$packages" "$suite" "$build/root"
}

# The package behind the metapackage, unpacked and never installed, so that no hook of it runs.
make_kernel() {
  set -euo pipefail
  local root=$build/root mirror index package release
  mirror=$(awk '$1 == "deb" { print $2; exit }' "$root/etc/apt/sources.list")
  index=$(find "$root/var/lib/apt/lists" -name '*_main_binary-amd64_Packages')
  package=$(field "$index" linux-image-cloud-amd64 Depends)
  package=${package%% *}
  wget -q -O "$build/kernel.deb" "$mirror/$(field "$index" "$package" Filename)"
  echo "$(field "$index" "$package" SHA256)  $build/kernel.deb" | sha256sum -c
  dpkg-deb -x "$build/kernel.deb" "$build/kernel"
  cp "$build"/kernel/boot/vmlinuz-* "$image/vmlinuz"
  release=$(ls "$build/kernel/lib/modules")
  mkdir -p "$root/usr/lib/modules"
  mv "$build/kernel/lib/modules/$release" "$root/usr/lib/modules/"
  chroot "$root" depmod "$release"
  mkdir -p "$image/modules"
  find "$root/usr/lib/modules/$release/kernel/drivers" \( -name 'virtio*.ko' \) -exec cp {} "$image/modules/" \;
}

# A field of a package in Debian's index.
field() {
  awk -v package="$2" -v field="$3: " \
    '/^Package: / { found = $2 == package } found && index($0, field) == 1 { print substr($0, length(field) + 1); exit }' "$1"
}

make_disk() {
  set -euo pipefail
  local root=$build/root size
  rm -rf "$root"/usr/share/{doc,man,locale,info} "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*
  mkdir -p "$root"/{old,work,new,out}
  mv "$build/java" "$root/opt/java"
  ln -s /opt/java/bin/java "$root/usr/local/bin/java"
  size=$(($(du -sm "$root" | cut -f 1) * 5 / 4 + 64))
  mkfs.ext4 -q -F -d "$root" -O ^has_journal,^metadata_csum "$image/root.img" "${size}M"
}
