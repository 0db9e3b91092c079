package dev.berth.storage;

import dev.berth.storage.Drafts.Draft;
import dev.berth.storage.Ledger.Entry;
import dev.berth.storage.Ledger.Kind;
import dev.berth.storage.StillCopies.Resting;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotNow;
import dev.berth.storage.VolumeException.OutOfSpace;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts snapshots of volumes of one pool: in drafts, forced to disk, and then there. */
final class SnapshotMaker {
  /**
   * One snapshot to be cut.
   *
   * @param requested the CO's name for it
   * @param name of its folder
   */
  record Order(Volume volume, String requested, String name) {
    /** No volume has such a name, so their drafts do not meet. */
    String draft() {
      return draftName(name);
    }

    Entry entry() {
      return new Entry(Kind.DRAFT, draft());
    }
  }

  /**
   * What was cut.
   *
   * @param resting whose data is still to be copied
   */
  record Made(List<Snapshot> snapshots, List<Resting> resting) {
    void abandon() {
      resting.forEach(Resting::close);
    }
  }

  private final OpenedPool pool;
  private final Drafts drafts;
  private final Room room;
  private final Cut cut;
  private final Folders folders;
  private final InstantSource clock;

  SnapshotMaker(OpenedPool pool, Drafts drafts, Room room, Cut cut, InstantSource clock) {
    this.pool = pool;
    this.drafts = drafts;
    this.room = room;
    this.cut = cut;
    this.folders = cut.folders();
    this.clock = clock;
  }

  static String draftName(String name) {
    return name + ".snapshot";
  }

  /**
   * Cuts them all as of one instant. When this fails, those that were there already may be: the
   * caller takes them away.
   *
   * @throws OutOfSpace when the pool could not keep what the volumes hold beside them
   */
  Made make(List<Order> orders, Optional<GroupId> group, Duration maxFreeze) {
    orders.forEach(order -> requireCopies(order.volume(), orders.size()));
    List<Entry> reserved = new ArrayList<>();
    List<Draft> begun = new ArrayList<>();
    List<Resting> resting = new ArrayList<>();
    try {
      for (Order order : orders) {
        cut.writeOut(order.volume()); // So that the room it takes is known.
        Bytes held = held(order.volume());
        room.reserve(order.entry(), held, "for a snapshot of volume " + order.volume().id());
        reserved.add(order.entry());
      }
      orders.forEach(order -> begun.add(drafts.begin(order.draft())));
      Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
      resting.addAll(fill(orders, begun, maxFreeze));
      List<Snapshot> made = new ArrayList<>();
      for (int i = 0; i < orders.size(); i++) {
        Draft draft = begun.get(i);
        boolean whole = resting.stream().noneMatch(r -> r.wanted().target().equals(draft.image()));
        made.add(finish(orders.get(i), draft, group, now, whole));
      }
      return new Made(made, resting);
    } catch (SystemCallFailed e) {
      resting.forEach(Resting::close);
      throw room.explained(e, message -> new OutOfSpace(message, e), Bytes.ZERO);
    } catch (VolumeException e) {
      resting.forEach(Resting::close);
      throw e;
    } finally {
      begun.forEach(Draft::close);
      reserved.forEach(room::release);
      room.outdate();
    }
  }

  private Bytes held(Volume volume) {
    return volume.content() instanceof Content.Directory
        ? folders.used(volume).orElse(volume.size())
        : pool.disk().allocated(volume.image());
  }

  /** What the snapshot counts: what it holds, or will when it is whole. */
  private Bytes held(Volume volume, Path copy, boolean whole) {
    if (volume.content() instanceof Content.Directory) {
      return folders.held(copy).orElse(volume.size());
    }
    return pool.disk().allocated(whole ? copy : volume.image());
  }

  private void requireCopies(Volume volume, int members) {
    if (volume.content() instanceof Content.Directory) {
      if (members > 1) {
        throw new NotNow(
            "source_volume_ids: %s is a directory volume, which cannot be cut at one instant with others; cut it alone"
                .formatted(volume.id()));
      }
      folders
          .whyNoCopy()
          .ifPresent(
              why -> {
                throw new Invalid(
                    "source_volume_id %s is a directory volume, and pool %s cannot cut one: %s"
                        .formatted(volume.id(), volume.pool(), why));
              });
    }
  }

  private List<Resting> fill(List<Order> orders, List<Draft> begun, Duration maxFreeze) {
    Volume first = orders.getFirst().volume();
    if (first.content() instanceof Content.Directory) {
      folders.copy(first.image(), begun.getFirst().file(VolumeFile.DATA));
      return List.of();
    }
    if (orders.size() == 1) {
      return cut.volume(orders.getFirst().volume(), begun.getFirst().image(), maxFreeze);
    }
    List<Cut.Wanted> wanted = new ArrayList<>();
    for (int i = 0; i < orders.size(); i++) {
      wanted.add(new Cut.Wanted(orders.get(i).volume(), begun.get(i).image()));
    }
    return cut.together(wanted, maxFreeze);
  }

  private Snapshot finish(
      Order order, Draft draft, Optional<GroupId> group, Instant now, boolean whole) {
    var target = pool.layout().snapshot(order.name());
    Volume volume = order.volume();
    String copy = VolumeFile.nameOf(volume.content());
    boolean directory = volume.content() instanceof Content.Directory;
    if (!directory) {
      pool.disk().files().syncFile(draft.image());
    }
    Snapshot snapshot =
        new Snapshot(
            new SnapshotId(pool.id(), order.name()),
            order.requested(),
            volume.pool(),
            volume.id(),
            volume.size(),
            held(volume, draft.file(copy), whole),
            volume.content(),
            now,
            group,
            whole ? Optional.empty() : Optional.of(Bytes.ZERO),
            target.resolve(copy));
    pool.disk().writeNew(draft.file(SnapshotFile.NAME), new SnapshotFile(snapshot).bytes());
    draft.commit(target);
    return snapshot;
  }
}
