package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.SystemCallFailed;
import dev.berth.storage.linux.FileStat;
import dev.berth.storage.linux.ProjectId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deleted volumes, each in {@code trash/<epoch milliseconds>-<name>/} until its time is over or a
 * new volume needs the room.
 */
final class Trash implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Trash.class);
  private static final Pattern SHAPE = Pattern.compile("(\\d{1,15})-(.+)");

  /**
   * A deleted volume.
   *
   * @param due empty when nothing but need for room may remove it
   * @param directory what it counts, if it is a directory, which has no blocks to ask for
   * @param project the number that it was limited by, if by numbers
   */
  private record Item(
      Path folder,
      long deleted,
      Optional<Instant> due,
      Optional<Bytes> directory,
      Optional<ProjectId> project) {
    static final Comparator<Item> OLDEST_FIRST =
        Comparator.comparingLong(Item::deleted).thenComparing(Item::folder);

    Entry entry() {
      return new Entry(Kind.TRASH, Disk.name(folder));
    }
  }

  private final Disk disk;
  private final Path directory;
  private final Ledger ledger;
  private final InstantSource clock;
  private final ScheduledExecutorService background;
  private final Runnable onEmptied;
  private final Folders folders;
  private final ConcurrentSkipListSet<Item> items = new ConcurrentSkipListSet<>(Item.OLDEST_FIRST);

  /** Held while one is emptied, so that who waits for room waits for that one too. */
  private final ReentrantLock emptying = new ReentrantLock();

  private volatile boolean closed;

  Trash(
      Disk disk,
      Path directory,
      Ledger ledger,
      PoolsContext context,
      Runnable onEmptied,
      Folders folders) {
    this.folders = folders;
    this.disk = disk;
    this.directory = directory;
    this.ledger = ledger;
    this.clock = context.clock();
    this.background = context.background();
    this.onEmptied = onEmptied;
  }

  /** Takes over what lies there already. */
  void adopt(PoolId pool, PoolName name) {
    for (Path folder : disk.list(directory)) {
      adopt(folder, pool, name);
    }
  }

  /** The same in a shared pool, where others put things there and empty it as well. */
  void look(PoolId pool, PoolName name) {
    Set<Path> there = Set.copyOf(disk.list(directory));
    for (Item item : List.copyOf(items)) {
      if (!there.contains(item.folder()) && items.remove(item)) {
        ledger.release(item.entry());
      }
    }
    Set<Path> known = items.stream().map(Item::folder).collect(Collectors.toSet());
    there.stream().filter(f -> !known.contains(f)).forEach(f -> adopt(f, pool, name));
  }

  private void adopt(Path folder, PoolId pool, PoolName name) {
    Matcher match = SHAPE.matcher(Disk.name(folder));
    if (match.matches() && disk.isDirectory(folder)) {
      long deleted = Long.parseLong(match.group(1));
      Optional<VolumeFile> record = record(folder, new VolumeId(pool, match.group(2)), name);
      Item item =
          new Item(
              folder,
              deleted,
              due(folder, deleted, record),
              record.flatMap(r -> folders.counts(r, folder)),
              record.flatMap(VolumeFile::project));
      ledger.put(item.entry(), item.directory().orElseGet(() -> held(folder)));
      keep(item);
    } else {
      LOG.warn("{}: is not of the trash's making and is left alone", folder);
    }
  }

  /** Moves a volume here: gone for everybody, and still to be had by hand until it is due. */
  void take(VolumeFile volume, Path folder) {
    String name = volume.volume().id().name();
    Optional<Bytes> inDirectory = folders.counts(volume, folder);
    Bytes held = inDirectory.orElseGet(() -> held(folder));
    long now = clock.millis();
    while (disk.stat(directory.resolve(now + "-" + name)).isPresent()) {
      now++;
    }
    Path target = directory.resolve(now + "-" + name);
    disk.files().renameNoReplace(folder, target);
    Instant due = Instant.ofEpochMilli(now).plus(volume.inTrash());
    Item item = new Item(target, now, Optional.of(due), inDirectory, volume.project());
    ledger.move(new Entry(Kind.VOLUME, name), item.entry(), held);
    keep(item);
    disk.files().syncDirectory(directory);
    disk.files().syncDirectory(Disk.parent(folder));
  }

  /** What lies here and can be had back, the newest first; what is unreadable is left out. */
  List<Trashed> contents(PoolId pool, PoolName name) {
    return items.descendingSet().stream()
        .flatMap(item -> contents(item, pool, name).stream())
        .toList();
  }

  private Optional<Trashed> contents(Item item, PoolId pool, PoolName name) {
    VolumeId id = new VolumeId(pool, volumeOf(item));
    Path file = item.folder().resolve(VolumeFile.NAME);
    try {
      VolumeFile read = VolumeFile.of(file, disk.read(file), id, name);
      Instant deleted = Instant.ofEpochMilli(item.deleted());
      return Optional.of(
          new Trashed(
              id,
              name,
              read.promise(),
              held(item.folder()),
              deleted,
              deleted.plus(read.inTrash()),
              read.volume().claim()));
    } catch (VolumeException e) {
      LOG.debug("{}: cannot be had back", item.folder(), e); // emptied just now, or damaged
      return Optional.empty();
    }
  }

  private static String volumeOf(Item item) {
    Matcher match = SHAPE.matcher(Disk.name(item.folder()));
    return match.matches() ? match.group(2) : "";
  }

  /**
   * Moves the newest volume of that name back to where it was.
   *
   * @throws VolumeException.NotFound when there is none
   * @throws VolumeException.OutOfSpace when the pool could not keep its promise to it
   */
  void putBack(VolumeId id, PoolName pool, Path target) {
    emptying.lock();
    try {
      Item item =
          items.descendingSet().stream()
              .filter(i -> volumeOf(i).equals(id.name()))
              .findFirst()
              .orElseThrow(
                  () ->
                      new VolumeException.NotFound(
                          "volume "
                              + id
                              + " is not in the trash of pool "
                              + pool
                              + ": its time was over, or its room was needed"));
      Path file = item.folder().resolve(VolumeFile.NAME);
      Bytes promise = VolumeFile.of(file, disk.read(file), id, pool).promise();
      if (!ledger.enlarge(item.entry(), promise)) {
        throw new VolumeException.OutOfSpace(
            "pool "
                + pool
                + " has "
                + ledger.available()
                + " available, and volume "
                + id
                + " needs "
                + promise
                + " of which the trash holds "
                + held(item.folder())
                + "; make room first");
      }
      disk.files().renameNoReplace(item.folder(), target);
      items.remove(item);
      ledger.move(item.entry(), new Entry(Kind.VOLUME, id.name()), promise);
      disk.files().syncDirectory(Disk.parent(target));
      disk.files().syncDirectory(directory);
    } finally {
      emptying.unlock();
    }
  }

  /** What emptying all of it would give back for certain: not what snapshots or copies share. */
  Bytes wouldFree() {
    Bytes sum = Bytes.ZERO;
    for (Item item : items) {
      try {
        sum = sum.plus(item.directory().orElseGet(() -> unshared(item)));
      } catch (SystemCallFailed e) {
        LOG.debug("{}: cannot be measured", item.folder(), e);
      }
    }
    return sum;
  }

  private Bytes unshared(Item item) {
    return disk.files().unshared(ImageFile.in(disk, item.folder()));
  }

  /** Empties the oldest; false when there is none that can be emptied. */
  boolean giveWay() {
    emptying.lock();
    try {
      return items.stream().anyMatch(this::empty);
    } finally {
      emptying.unlock();
    }
  }

  @Override
  public void close() {
    emptying.lock();
    try {
      closed = true;
    } finally {
      emptying.unlock();
    }
  }

  private void keep(Item item) {
    items.add(item);
    item.due().ifPresent(due -> schedule(item, due));
  }

  private void schedule(Item item, Instant due) {
    Duration rest = Duration.between(clock.instant(), due);
    long delay = rest.isNegative() ? 0 : rest.toMillis();
    try {
      var _ = background.schedule(() -> whenDue(item, due), delay, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("{}: the process is ending; the next start empties it", item.folder(), e);
    }
  }

  /** The clock decides, not the timer: it may have been set back. */
  private void whenDue(Item item, Instant due) {
    if (!closed && due.isAfter(clock.instant())) {
      schedule(item, due);
      return;
    }
    emptying.lock();
    try {
      var _ = items.contains(item) && empty(item);
    } finally {
      emptying.unlock();
    }
  }

  /** The record goes last, so that a folder without one is known to be half emptied. */
  private boolean empty(Item item) {
    if (closed) {
      return false;
    }
    try {
      folders.remove(item.folder(), item.project());
      disk.removeIfThere(ImageFile.in(disk, item.folder()));
      disk.removeTree(item.folder());
    } catch (VolumeException e) {
      LOG.warn(
          "{}: could not be emptied; tried again at the next start: {}",
          item.folder(),
          e.getMessage());
      return false;
    }
    items.remove(item);
    ledger.release(item.entry());
    onEmptied.run();
    return true;
  }

  private Bytes held(Path folder) {
    return disk.stat(ImageFile.in(disk, folder)).map(FileStat::allocated).orElse(Bytes.ZERO);
  }

  private Optional<Instant> due(Path folder, long deleted, Optional<VolumeFile> record) {
    return isHalfEmptied(folder)
        ? Optional.of(Instant.ofEpochMilli(deleted))
        : record.map(read -> Instant.ofEpochMilli(deleted).plus(read.inTrash()));
  }

  /** The record goes last but one, then its folder. */
  private boolean isHalfEmptied(Path folder) {
    return disk.stat(ImageFile.in(disk, folder)).isEmpty()
        && Stream.of(VolumeFile.NAME, VolumeFile.DATA)
            .allMatch(file -> disk.stat(folder.resolve(file)).isEmpty());
  }

  private Optional<VolumeFile> record(Path folder, VolumeId id, PoolName name) {
    Path file = folder.resolve(VolumeFile.NAME);
    if (isHalfEmptied(folder)) {
      return Optional.empty();
    }
    try {
      return Optional.of(VolumeFile.of(file, disk.read(file), id, name));
    } catch (VolumeException e) {
      LOG.warn(
          "{}: kept until its room is needed, for its record is unreadable: {}",
          folder,
          e.getMessage());
      return Optional.empty();
    }
  }
}
