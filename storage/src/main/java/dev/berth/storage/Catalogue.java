package dev.berth.storage;

import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The volumes of one pool as they were last seen, and what each counts in the ledger. */
final class Catalogue {
  private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

  private final Shelf shelf;
  private final Ledger ledger;
  private final Neighbours neighbours;
  private final Folders folders;
  private final ConcurrentSkipListMap<String, Volume> volumes = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, String> damaged = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, Publishing> publishing = new ConcurrentHashMap<>();

  Catalogue(Shelf shelf, Ledger ledger, Neighbours neighbours, Folders folders) {
    this.shelf = shelf;
    this.ledger = ledger;
    this.neighbours = neighbours;
    this.folders = folders;
  }

  /** Those that can be trusted, by name. */
  List<Volume> sound() {
    return volumes.values().stream().filter(v -> !damaged.containsKey(v.id().name())).toList();
  }

  Set<String> names() {
    Set<String> all = new HashSet<>(volumes.keySet());
    all.addAll(damaged.keySet());
    return all;
  }

  Collection<Volume> values() {
    return volumes.values();
  }

  List<String> damaged() {
    return List.copyOf(damaged.keySet());
  }

  Optional<Volume> get(String name) {
    return Optional.ofNullable(volumes.get(name));
  }

  /** Who may use it; nobody of a volume that was never published. */
  Publishing publishing(String name) {
    return publishing.getOrDefault(name, Publishing.NONE);
  }

  /** How many volumes are published to that node. */
  int countAt(String node) {
    return (int) publishing.values().stream().filter(p -> p.at(node).isPresent()).count();
  }

  void put(String name, Volume volume) {
    volumes.put(name, volume);
  }

  /** A record that was read or written. */
  void put(VolumeFile file) {
    String name = file.volume().id().name();
    ledger.put(entry(name), file.promise());
    volumes.put(name, file.volume());
    neighbours.put(name, file.volume().content(), file.volume().allocation());
    folders.know(file);
    publishing.put(name, file.publishing());
  }

  void forget(String name) {
    volumes.remove(name);
    publishing.remove(name);
    damaged.remove(name);
    neighbours.leave(name);
    folders.forget(name);
    ledger.release(entry(name));
  }

  /** Reads what lies there; what is damaged is left alone and counts what it takes. */
  Optional<VolumeFile> read(String name) {
    try {
      Optional<VolumeFile> read = shelf.read(name);
      read.ifPresentOrElse(this::put, () -> forget(name));
      damaged.remove(name);
      return read;
    } catch (Damaged | SystemCallFailed e) {
      // A disk with bad blocks, say: the other volumes of the pool are as good as before.
      damaged.put(name, e.getMessage());
      ledger.put(entry(name), shelf.claimedByDamaged(name));
      LOG.error("a volume is damaged and left alone: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** The volume as the disk has it now; {@link Damaged} when it cannot be trusted. */
  Optional<VolumeFile> find(String name) {
    try {
      Optional<VolumeFile> found = shelf.read(name);
      if (damaged.remove(name) != null) {
        found.ifPresent(this::restored);
      }
      return found;
    } catch (Damaged e) {
      damaged.put(name, e.getMessage());
      throw e;
    }
  }

  /** Somebody has repaired it, or has had it back from the trash. */
  void restored(VolumeFile file) {
    put(file);
    folders.adopt(file);
  }

  private static Entry entry(String name) {
    return new Entry(Kind.VOLUME, name);
  }
}
