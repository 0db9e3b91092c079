package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.OutOfRange;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The other processes that have a shared pool open. What each has reserved lies in its drafts, a
 * file for each reservation, written while the pool is locked: so the room of the pool is promised
 * once, whoever promises it.
 */
final class OtherProcesses implements Company {
  private static final Logger LOG = LoggerFactory.getLogger(OtherProcesses.class);
  private static final String SUFFIX = ".reserved";

  private final Disk disk;
  private final Path drafts;
  private final Path own;
  private final SharedLocks locks;
  private final Ledger ledger;
  private final Runnable lookAtContents;
  private final Set<Entry> others = new HashSet<>();

  /**
   * @param own the drafts folder of this instance
   * @param lookAtContents sees which volumes, snapshots and deleted volumes came and went
   */
  OtherProcesses(Disk disk, Path own, SharedLocks locks, Ledger ledger, Runnable lookAtContents) {
    this.disk = disk;
    this.drafts = Disk.parent(own);
    this.own = own;
    this.locks = locks;
    this.ledger = ledger;
    this.lookAtContents = lookAtContents;
  }

  @Override
  public <R> R changing(String volume, Supplier<R> work) {
    return locks.volume(volume, work);
  }

  @Override
  public <R> R grouping(Supplier<R> work) {
    return locks.groups(work);
  }

  /** What the dead have reserved is nobody's: looked for when the room is short, not every time. */
  @Override
  public <R> R deciding(Supplier<R> work) {
    return locks.pool(
        () -> {
          look();
          try {
            return work.get();
          } catch (OutOfSpace | OutOfRange e) {
            if (!sweepTheDead()) {
              throw e;
            }
            look();
            return work.get();
          }
        });
  }

  private boolean sweepTheDead() {
    boolean swept = false;
    for (Path folder : disk.list(drafts)) {
      swept |= !folder.equals(own) && Drafts.sweep(disk, folder);
    }
    return swept;
  }

  @Override
  public synchronized void look() {
    lookAtContents.run();
    Map<Entry, Bytes> now = reservations();
    others.stream().filter(entry -> !now.containsKey(entry)).forEach(ledger::release);
    now.forEach(ledger::put);
    others.clear();
    others.addAll(now.keySet());
  }

  private Map<Entry, Bytes> reservations() {
    Map<Entry, Bytes> all = new HashMap<>();
    for (Path folder : disk.list(drafts)) {
      if (!folder.equals(own) && disk.isDirectory(folder)) {
        addReservations(folder, all);
      }
    }
    return all;
  }

  private void addReservations(Path folder, Map<Entry, Bytes> all) {
    for (Path file : listIfThere(folder)) {
      if (Disk.name(file).endsWith(SUFFIX)) {
        String name = Disk.name(folder) + "/" + Disk.name(file);
        read(file).ifPresent(bytes -> all.put(new Entry(Kind.DRAFT, name), bytes));
      }
    }
  }

  private List<Path> listIfThere(Path folder) {
    try {
      return disk.list(folder);
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT")) {
        return List.of();
      }
      throw e;
    }
  }

  /** Its owner may just have ended it, or have died writing it, and then made nothing. */
  private Optional<Bytes> read(Path file) {
    try {
      Fields fields = new Fields(file, Document.open(file, disk.read(file)));
      fields.only(Set.of("format", "bytes"), Document.FORMAT);
      return Optional.of(fields.bytes("bytes"));
    } catch (VolumeException e) {
      LOG.debug("{}: is no reservation now", file, e);
      return Optional.empty();
    }
  }

  @Override
  public void reserved(Entry entry, Bytes bytes) {
    ObjectNode content = Document.begin().put("bytes", bytes.value());
    Path file = file(entry);
    disk.removeIfThere(file);
    disk.writeNew(file, Document.seal(content));
  }

  @Override
  public void released(Entry entry) {
    try {
      disk.removeIfThere(file(entry));
    } catch (VolumeException e) {
      LOG.warn("{}: goes with this process only: {}", file(entry), e.getMessage());
    }
  }

  private Path file(Entry entry) {
    return own.resolve(entry.name() + "." + entry.kind().name().toLowerCase(Locale.ROOT) + SUFFIX);
  }
}
