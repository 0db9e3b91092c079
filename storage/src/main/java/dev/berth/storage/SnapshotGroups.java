package dev.berth.storage;

import dev.berth.storage.VolumeException.Conflict;
import dev.berth.storage.VolumeException.Invalid;
import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The groups of snapshots of all pools of one driver; each lies in one pool. */
public final class SnapshotGroups {
  private final SlotList slots;
  private final KeyLocks locks = new KeyLocks();

  SnapshotGroups(SlotList slots) {
    this.slots = slots;
  }

  /**
   * What is asked for.
   *
   * @param name the CO's name: 1 to 128 bytes of UTF-8 without control characters
   * @param parameters as given, for telling a repeated request from another one
   * @param maxFreeze for how long the volumes may stand still where their blocks cannot be shared
   */
  public record Request(
      String name, List<VolumeId> volumes, Map<String, String> parameters, Duration maxFreeze) {
    public Request {
      CreateRequest.requireName(name);
      volumes = volumes.stream().sorted().toList();
      parameters = Map.copyOf(parameters);
      if (volumes.isEmpty()) {
        throw new Invalid("source_volume_ids is empty; name the volumes of the group");
      }
      if (Set.copyOf(volumes).size() < volumes.size()) {
        throw new Invalid("source_volume_ids names a volume twice; name each once");
      }
    }
  }

  /**
   * Cuts snapshots of all the volumes as of one instant, or answers the group that an equal request
   * has made before.
   *
   * @throws Conflict when one of that name exists and differs
   * @throws NotFound when a volume does not exist
   * @throws NotNow when these volumes cannot be cut together
   * @throws VolumeException.OutOfSpace when their pool has no room to keep what they hold
   */
  public SnapshotGroup cut(Request request) {
    String onDisk = VolumeNames.onDisk(request.name());
    return locks.trying(
        onDisk,
        "group of snapshots named " + Quoted.of(request.name()),
        () -> existing(onDisk, request).orElseGet(() -> make(onDisk, request)));
  }

  /**
   * Deletes a group with all its members; does nothing when it is gone already.
   *
   * @param asked the members as the caller knows them
   * @throws Invalid when those are not its members
   * @throws NotNow when its pool is none of ours
   * @throws VolumeException.PoolMissing when its pool, or one that may be it, is not there
   */
  public void delete(GroupId id, List<String> asked) {
    Pool pool = slots.toDeleteIn(id.pool(), "group " + id);
    locks.trying(
        id.name(),
        "group " + id,
        () -> {
          pool.groups()
              .record(id.name())
              .filter(GroupFile::whole)
              .ifPresent(group -> requireMembers(group, asked));
          return pool.company()
              .grouping(
                  () -> {
                    pool.groups().delete(id.name());
                    return id;
                  });
        });
  }

  /**
   * The group, as the disk has it now.
   *
   * @throws VolumeException.Damaged when what is there cannot be trusted
   * @throws VolumeException.PoolMissing when its pool is not there
   */
  public Optional<SnapshotGroup> find(GroupId id) {
    return slots.of(id.pool()).flatMap(slot -> slot.require().groups().find(id.name()));
  }

  /**
   * As {@link #find}.
   *
   * @param asked the members as the caller knows them
   * @throws NotFound when there is none
   * @throws Invalid when those are not its members
   */
  public SnapshotGroup get(GroupId id, List<String> asked) {
    SnapshotGroup group =
        find(id).orElseThrow(() -> new NotFound("group " + id + " does not exist"));
    requireMembers(
        id,
        group.members().stream().map(s -> s.id().toString()).collect(Collectors.toSet()),
        asked);
    return group;
  }

  /** The ids of all groups of the pools that are there, in order. */
  public List<GroupId> list() {
    return slots.ready().stream()
        .flatMap(p -> p.groups().list().stream())
        .map(GroupFile::id)
        .sorted(Comparator.naturalOrder())
        .toList();
  }

  private Optional<SnapshotGroup> existing(String onDisk, Request request) {
    for (Pool pool : slots.ready()) {
      Optional<GroupFile> there = pool.groups().record(onDisk).filter(GroupFile::whole);
      if (there.isPresent()) {
        requireSame(there.get(), request);
        return pool.groups().find(onDisk);
      }
    }
    return Optional.empty();
  }

  private SnapshotGroup make(String onDisk, Request request) {
    Set<PoolId> pools = request.volumes().stream().map(VolumeId::pool).collect(Collectors.toSet());
    List<Volume> volumes = request.volumes().stream().map(this::volume).toList();
    if (pools.size() > 1) {
      throw new NotNow(
          "source_volume_ids %s cannot be cut together, for they lie in %d pools (%s); a group is of one pool"
              .formatted(
                  request.volumes(),
                  pools.size(),
                  volumes.stream()
                      .map(v -> v.pool().value())
                      .distinct()
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
    Pool pool = slots.of(pools.iterator().next()).orElseThrow().require();
    return pool.company()
        .grouping(() -> unchanged(pool, request.volumes(), () -> cut(pool, onDisk, request)));
  }

  private SnapshotGroup cut(Pool pool, String onDisk, Request request) {
    List<Volume> volumes = request.volumes().stream().map(this::volume).toList();
    return pool.groups()
        .cut(request.name(), onDisk, volumes, request.parameters(), request.maxFreeze());
  }

  /** No other process of a shared pool changes any of them meanwhile. */
  private static <R> R unchanged(Pool pool, List<VolumeId> volumes, Supplier<R> work) {
    return volumes.isEmpty()
        ? work.get()
        : pool.company()
            .changing(
                volumes.getFirst().name(),
                () -> unchanged(pool, volumes.subList(1, volumes.size()), work));
  }

  private Volume volume(VolumeId id) {
    return slots
        .of(id.pool())
        .flatMap(slot -> slot.require().find(id.name()))
        .orElseThrow(() -> new NotFound("volume " + id + " does not exist"));
  }

  private static void requireSame(GroupFile there, Request request) {
    Set<VolumeId> volumes = new HashSet<>(there.volumes());
    if (!there.name().equals(request.name())
        || !volumes.equals(Set.copyOf(request.volumes()))
        || !there.parameters().equals(request.parameters())) {
      throw new Conflict(
          "group %s exists as %s of volumes %s with parameters %s, and one of volumes %s with parameters %s was asked for; use another name"
              .formatted(
                  Quoted.of(there.name()),
                  there.id(),
                  there.volumes(),
                  there.parameters(),
                  request.volumes(),
                  request.parameters()));
    }
  }

  private static void requireMembers(GroupFile group, List<String> asked) {
    requireMembers(
        group.id(),
        group.members().stream()
            .map(m -> new SnapshotId(group.id().pool(), m.snapshot()).toString())
            .collect(Collectors.toSet()),
        asked);
  }

  private static void requireMembers(GroupId id, Set<String> members, List<String> asked) {
    if (!members.equals(Set.copyOf(asked))) {
      throw new Invalid(
          "snapshot_ids %s are not the members of group %s, which are %s; name exactly these"
              .formatted(asked, id, members.stream().sorted().toList()));
    }
  }
}
