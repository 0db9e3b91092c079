package dev.berth.storage;

import dev.berth.storage.VolumeException.Damaged;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of one pool, {@code groups/<name>.json}. A record is written before the first member
 * and says that the group is not whole, until the last is there; and again before the first goes.
 * So a start knows what a kill has left half-done, and takes away no snapshot that no record names.
 */
final class GroupShelf {
  private static final Logger LOG = LoggerFactory.getLogger(GroupShelf.class);
  private static final int HASH_BYTES = 16;

  private final OpenedPool pool;
  private final SnapshotShelf snapshots;
  private final SnapshotMaker maker;
  private final GroupNames names;
  private final InstantSource clock;
  private final ConcurrentSkipListMap<String, String> damaged = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, GroupFile> index = new ConcurrentSkipListMap<>();

  GroupShelf(
      OpenedPool pool,
      SnapshotShelf snapshots,
      SnapshotMaker maker,
      GroupNames names,
      InstantSource clock) {
    this.pool = pool;
    this.snapshots = snapshots;
    this.maker = maker;
    this.names = names;
    this.clock = clock;
  }

  /**
   * Takes over what lies there, before the snapshots are: what is not whole goes.
   *
   * @param alone whether nobody else can be making or deleting one
   */
  void adopt(boolean alone) {
    Disk disk = pool.disk();
    for (Path file : disk.list(pool.layout().groups())) {
      String name = Disk.name(file);
      String base = name.substring(0, Math.max(0, name.length() - GroupFile.SUFFIX.length()));
      if (name.endsWith(GroupFile.SUFFIX) && VolumeId.NAME.matcher(base).matches()) {
        adopt(base, file, alone);
      } else if (alone && name.endsWith(Disk.name(Disk.fresh(Path.of(GroupFile.SUFFIX))))) {
        disk.removeIfThere(file);
      } else {
        LOG.warn("{}: is no group of this driver's making and is left alone", file);
      }
    }
  }

  private void adopt(String name, Path file, boolean alone) {
    try {
      names.add(name);
      GroupFile group = read(file, name);
      if (group.whole()) {
        index.put(name, group);
      } else if (alone) {
        LOG.info("group {}: was being made or deleted when its process ended: removed", group.id());
        takeAway(group);
      }
    } catch (Damaged | SystemCallFailed e) {
      damaged.put(name, e.getMessage());
      LOG.error("a group is damaged and left alone: {}", e.getMessage());
    }
  }

  /** Why groups that lie there cannot be used, by their names. */
  Map<String, String> damaged() {
    return Map.copyOf(damaged);
  }

  /** Cuts a group of volumes of this pool, all of it or nothing. */
  SnapshotGroup cut(
      String requested,
      String name,
      List<Volume> volumes,
      Map<String, String> parameters,
      Duration maxFreeze) {
    List<SnapshotMaker.Order> orders = new ArrayList<>();
    List<GroupFile.Member> members = new ArrayList<>();
    for (Volume volume : volumes) {
      String member = memberName(requested, volume.id());
      orders.add(new SnapshotMaker.Order(volume, member, member));
      members.add(new GroupFile.Member(member, volume.id()));
    }
    GroupFile group =
        new GroupFile(
            new GroupId(pool.id(), name),
            requested,
            false,
            members,
            parameters,
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    names.beginChange(name);
    try {
      pool.disk().replace(file(name), group.bytes());
      SnapshotMaker.Made made = maker.make(orders, Optional.of(group.id()), maxFreeze);
      GroupFile whole = group.whole(true);
      commit(whole, made);
      snapshots.begin(made);
      index.put(name, whole);
      names.endChange(name);
      return new SnapshotGroup(
          group.id(),
          requested,
          made.snapshots().stream().map(snapshots::current).toList(),
          group.created());
    } catch (VolumeException e) {
      undo(group, e);
      throw e;
    }
  }

  private void commit(GroupFile whole, SnapshotMaker.Made made) {
    try {
      pool.disk().replace(file(whole.id().name()), whole.bytes());
    } catch (VolumeException e) {
      made.abandon();
      throw e;
    }
  }

  private void undo(GroupFile group, VolumeException failure) {
    try {
      // It may say already that it is whole, and must not while its members go.
      pool.disk().replace(file(group.id().name()), group.bytes());
      takeAway(group);
    } catch (VolumeException e) {
      failure.addSuppressed(e);
      LOG.warn(
          "group {}: what is left of it goes at the next start: {}", group.id(), e.getMessage());
    }
  }

  /**
   * The group as the disk has it now; empty while it comes or goes.
   *
   * @throws Damaged when its record or a member cannot be trusted
   */
  Optional<SnapshotGroup> find(String name) {
    Optional<GroupFile> found = record(name).filter(GroupFile::whole);
    if (found.isEmpty()) {
      pool.requireStillThere();
    }
    return found.map(this::withMembers);
  }

  /** Its record alone. */
  Optional<GroupFile> record(String name) {
    Path file = file(name);
    return pool.disk().stat(file).isEmpty() ? Optional.empty() : Optional.of(read(file, name));
  }

  List<GroupFile> list() {
    return List.copyOf(index.values());
  }

  /** Also what an earlier try has begun to delete. */
  void delete(String name) {
    Optional<GroupFile> found = record(name);
    if (found.isEmpty()) {
      pool.requireStillThere();
      pool.disk().files().syncDirectory(pool.layout().groups());
      return;
    }
    names.beginChange(name);
    pool.disk().replace(file(name), found.get().whole(false).bytes());
    takeAway(found.get());
  }

  private void takeAway(GroupFile group) {
    String name = group.id().name();
    names.beginChange(name);
    group.members().forEach(member -> snapshots.remove(member.snapshot()));
    pool.disk().removeIfThere(file(name));
    pool.disk().files().syncDirectory(pool.layout().groups());
    index.remove(name);
    names.remove(name);
  }

  private SnapshotGroup withMembers(GroupFile group) {
    List<Snapshot> members = new ArrayList<>();
    for (GroupFile.Member member : group.members()) {
      members.add(
          snapshots
              .find(member.snapshot())
              .orElseThrow(
                  () ->
                      new Damaged(
                          "group %s: its member %s of volume %s is missing; delete the group, or restore %s from a backup"
                              .formatted(
                                  group.id(),
                                  member.snapshot(),
                                  member.volume(),
                                  pool.layout().snapshot(member.snapshot())))));
    }
    return new SnapshotGroup(group.id(), group.name(), members, group.created());
  }

  private GroupFile read(Path file, String name) {
    return GroupFile.of(file, pool.disk().read(file), new GroupId(pool.id(), name));
  }

  private Path file(String name) {
    return pool.layout().groups().resolve(name + GroupFile.SUFFIX);
  }

  /** The same for the same group and volume, so that a retry finds its own work. */
  private static String memberName(String group, VolumeId volume) {
    byte[] hash = Document.sha256((group + "\n" + volume).getBytes(StandardCharsets.UTF_8));
    return "g-" + HexFormat.of().formatHex(Arrays.copyOf(hash, HASH_BYTES));
  }
}
