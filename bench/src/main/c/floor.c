/*
 * The floor: what the kernel and mkfs themselves need for one volume's life, without Berth.
 *
 *   floor DIR COUNT BYTES
 *
 * makes COUNT ext4 images of BYTES in DIR, and prints one line per step: its name, a tab, nanoseconds.
 * All volumes exist at once, as in the measured run: first all are made, then all staged, and so on back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static char path[8][512];
static int loops[100000];

static void die(const char *what) {
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  exit(1);
}

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void report(const char *step, long long began) { printf("%s\t%lld\n", step, now() - began); }

static const char *named(int slot, const char *dir, const char *what, int i) {
  snprintf(path[slot], sizeof path[slot], "%s/%s%d", dir, what, i);
  return path[slot];
}

static void sync_dir(const char *dir) {
  int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0 || fsync(fd) < 0) die("fsync of the folder");
  close(fd);
}

static void mkfs(const char *image) {
  char *argv[] = {"mkfs.ext4", "-q", "-F", "-b", "4096", "-m", "0", "--", (char *)image, NULL};
  pid_t pid;
  int status;
  if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ) != 0) die("mkfs.ext4");
  if (waitpid(pid, &status, 0) < 0 || status != 0) die("mkfs.ext4");
}

static void create(const char *dir, int i, long long bytes) {
  const char *image = named(0, dir, "image", i);
  int fd = open(image, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate(fd, bytes) < 0) die("create");
  mkfs(image);
  if (fsync(fd) < 0) die("fsync");
  close(fd);
  sync_dir(dir);
}

static void stage(const char *dir, int i) {
  int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC);
  int image = open(named(0, dir, "image", i), O_RDWR | O_CLOEXEC);
  struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
  if (control < 0 || image < 0 || fcntl(image, F_OFD_SETLK, &lock) < 0) die("open and lock");
  for (;;) {
    int number = ioctl(control, LOOP_CTL_GET_FREE);
    char device[64];
    snprintf(device, sizeof device, "/dev/loop%d", number);
    int loop = open(device, O_RDWR | O_CLOEXEC);
    struct loop_config config = {.fd = image, .block_size = 4096, .info = {.lo_flags = LO_FLAGS_DIRECT_IO}};
    if (loop < 0) die(device);
    if (ioctl(loop, LOOP_CONFIGURE, &config) == 0) {
      loops[i] = number;
      const char *target = named(1, dir, "stage", i);
      if (mkdir(target, 0750) < 0 || mount(device, target, "ext4", 0, "") < 0) die("mount");
      close(loop);
      break;
    }
    if (errno != EBUSY) die("LOOP_CONFIGURE");
    close(loop);
  }
  close(image);
  close(control);
}

static void publish(const char *dir, int i) {
  const char *target = named(2, dir, "target", i);
  if (mkdir(target, 0750) < 0 || mount(named(1, dir, "stage", i), target, NULL, MS_BIND, NULL) < 0) die("bind");
}

static void unpublish(const char *dir, int i) {
  const char *target = named(2, dir, "target", i);
  if (umount2(target, UMOUNT_NOFOLLOW) < 0 || rmdir(target) < 0) die("unbind");
}

static void unstage(const char *dir, int i) {
  char device[64];
  const char *target = named(1, dir, "stage", i);
  if (umount2(target, UMOUNT_NOFOLLOW) < 0 || rmdir(target) < 0) die("umount");
  snprintf(device, sizeof device, "/dev/loop%d", loops[i]);
  int loop = open(device, O_RDWR | O_CLOEXEC);
  if (loop < 0 || ioctl(loop, LOOP_CLR_FD) < 0) die("LOOP_CLR_FD");
  close(loop);
}

static void erase(const char *dir, int i) {
  if (unlink(named(0, dir, "image", i)) < 0) die("unlink");
  sync_dir(dir);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: floor DIR COUNT BYTES\n");
    return 2;
  }
  const char *dir = argv[1];
  int count = atoi(argv[2]);
  long long bytes = atoll(argv[3]);
  for (int i = 0; i < count; i++) { long long t = now(); create(dir, i, bytes); report("create", t); }
  for (int i = 0; i < count; i++) { long long t = now(); stage(dir, i); report("stage", t); }
  for (int i = 0; i < count; i++) { long long t = now(); publish(dir, i); report("publish", t); }
  for (int i = 0; i < count; i++) { long long t = now(); unpublish(dir, i); report("unpublish", t); }
  for (int i = 0; i < count; i++) { long long t = now(); unstage(dir, i); report("unstage", t); }
  for (int i = 0; i < count; i++) { long long t = now(); erase(dir, i); report("delete", t); }
  return 0;
}
