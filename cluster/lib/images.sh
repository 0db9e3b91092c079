# shellcheck shell=bash
# shellcheck disable=SC2154 # variables of the other parts; ../cluster sources them all
# Sourced. The two images that every cluster needs, made of nothing but a static program each: `localhost/pause:1`, which
# holds a pod's namespaces, and `busybox`. Written as `docker save` writes them.

# image_layer FOLDER OUT: a layer whose bytes depend on its content alone.
image_layer() {
  tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C "$1" -cf "$2" .
}

# image_config LAYER ENTRYPOINT-JSON CMD-JSON: the image's configuration, which is also its identity.
image_config() {
  local architecture
  case $(uname -m) in x86_64) architecture=amd64 ;; aarch64) architecture=arm64 ;; *) architecture=$(uname -m) ;; esac
  printf '{"architecture":"%s","os":"linux","config":{"Env":["PATH=/bin"],"Entrypoint":%s,"Cmd":%s},' "$architecture" "$2" "$3"
  printf '"rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{"created_by":"berth"}]}' \
    "$(sha256sum "$1" | cut -d' ' -f1)"
}

# Prints the archive with both images; made when this file or the programs have changed.
images_archive() {
  local hash archive
  hash=$({ cat "$cluster/lib/images.sh"; sha256sum <"$(command -v busybox)"; } | sha256sum | cut -c1-12)
  archive=$binaries/images-$hash.tar
  if [[ ! -f $archive ]]; then images_make "$archive"; fi
  printf '%s\n' "$archive"
}

images_make() {
  local archive=$1 work applet
  work=$(mktemp -d "$binaries/images.XXXXXX")
  mkdir -p "$work"/pause "$work"/busybox/{bin,etc,tmp,root} "$work/archive"
  cp -- "$binaries/bin/pause" "$work/pause/pause"
  image_layer "$work/pause" "$work/archive/pause.tar"
  image_config "$work/archive/pause.tar" '["/pause"]' null >"$work/archive/pause.json"
  cp -- "$(command -v busybox)" "$work/busybox/bin/busybox"
  for applet in $(busybox --list); do
    [[ $applet == busybox ]] || ln -s busybox "$work/busybox/bin/$applet"
  done
  printf 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n' >"$work/busybox/etc/passwd"
  printf 'root:x:0:\nnogroup:x:65534:\n' >"$work/busybox/etc/group"
  chmod 1777 "$work/busybox/tmp"
  image_layer "$work/busybox" "$work/archive/busybox.tar"
  image_config "$work/archive/busybox.tar" null '["sh"]' >"$work/archive/busybox.json"
  cat >"$work/archive/manifest.json" <<'JSON'
[{"Config":"pause.json","RepoTags":["localhost/pause:1"],"Layers":["pause.tar"]},
 {"Config":"busybox.json","RepoTags":["busybox:1","busybox:latest"],"Layers":["busybox.tar"]}]
JSON
  tar -C "$work/archive" -cf "$work/images.tar" .
  mv -- "$work/images.tar" "$archive"
  rm -rf -- "$work"
}
