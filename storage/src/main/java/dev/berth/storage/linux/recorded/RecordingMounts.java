package dev.berth.storage.linux.recorded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.Propagation;
import dev.berth.storage.linux.UnmountFlag;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import jnr.constants.platform.Errno;

/**
 * A mount table in memory that starts with a root. Sources and targets of binds must exist in the
 * real filesystem, whose contents do not change.
 */
public final class RecordingMounts implements Mounts {
  @GuardedBy("this")
  private final RecordedTable table = new RecordedTable();

  @GuardedBy("this")
  private final List<String> changes = new ArrayList<>();

  @GuardedBy("this")
  private final Set<Path> inUse = new HashSet<>();

  private final List<Runnable> watchers = new CopyOnWriteArrayList<>();

  /** What was done, in order: {@code mount}, {@code bind}, {@code unmount}, {@code propagation}. */
  public synchronized List<String> changes() {
    return List.copyOf(changes);
  }

  /** From now on unmounting {@code target} answers EBUSY, as when a process works in it. */
  public synchronized void hold(Path target) {
    inUse.add(target);
  }

  /** Ends {@link #hold}. */
  public synchronized void release(Path target) {
    inUse.remove(target);
  }

  @Override
  public void mount(String source, Path target, String fsType, Set<MountFlag> flags, String data) {
    String arguments = source + " on " + target + " type " + fsType + words(flags, data);
    synchronized (this) {
      Refusal.requireExisting(target, "mount", arguments);
      if (!Files.isDirectory(target)) {
        throw Refusal.of("mount", arguments, Errno.ENOTDIR);
      }
      table.mount(source, target, fsType, flags, data);
      changes.add("mount " + arguments);
    }
    tell();
  }

  @Override
  public void bind(Path source, Path target, Set<MountFlag> flags) {
    String arguments = "--bind " + source + " on " + target + words(flags, "");
    synchronized (this) {
      Refusal.requireExisting(source, "mount", arguments);
      Refusal.requireExisting(target, "mount", arguments);
      if (Files.isDirectory(source) != Files.isDirectory(target)) {
        throw Refusal.of("mount", arguments, Errno.ENOTDIR);
      }
      if (table.covering(source).tags().contains("unbindable")) {
        throw Refusal.of("mount", arguments, Errno.EINVAL);
      }
      table.bind(source, target, flags);
      changes.add("bind " + source + " on " + target + words(flags, ""));
    }
    tell();
  }

  @Override
  public void propagation(Path target, Propagation propagation) {
    synchronized (this) {
      MountEntry entry =
          table()
              .at(target)
              .orElseThrow(
                  () -> Refusal.of("mount", "--make " + propagation + " " + target, Errno.EINVAL));
      table.propagate(entry, propagation);
      changes.add("propagation " + target + " " + propagation);
    }
    tell();
  }

  @Override
  public void unmount(Path target, Set<UnmountFlag> flags) {
    synchronized (this) {
      MountEntry entry = table().at(target).orElseThrow(() -> notMounted(target));
      boolean busy = inUse.contains(target) || table.hasChildren(entry);
      if (busy && !flags.contains(UnmountFlag.DETACH)) {
        throw Refusal.of("umount2", target.toString(), Errno.EBUSY);
      }
      table.remove(entry);
      changes.add("unmount " + target);
    }
    tell();
  }

  private static SystemCallFailed notMounted(Path target) {
    boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    return Refusal.of("umount2", target.toString(), exists ? Errno.EINVAL : Errno.ENOENT);
  }

  @Override
  public synchronized MountTable table() {
    return table.view();
  }

  /** Calls on the thread that changes the table, before its call returns. */
  @Override
  public Watch watch(Runnable onChange) {
    watchers.add(onChange);
    return () -> watchers.remove(onChange);
  }

  private void tell() {
    watchers.forEach(Runnable::run);
  }

  private static String words(Set<MountFlag> flags, String data) {
    String words = flags.stream().sorted().map(MountFlag::option).collect(Collectors.joining(","));
    String all = words.isEmpty() || data.isEmpty() ? words + data : words + "," + data;
    return all.isEmpty() ? "" : " (" + all + ")";
  }
}
