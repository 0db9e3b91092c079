package dev.berth.storage;

import dev.berth.storage.VolumeException.NotFound;
import dev.berth.storage.VolumeException.NotNow;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which nodes may use which volumes of shared pools. Volumes of a local pool are never published:
 * they are where they are.
 */
public final class Publications {
  private static final Logger LOG = LoggerFactory.getLogger(Publications.class);

  private final SlotList slots;
  private final KeyLocks locks;

  Publications(SlotList slots, KeyLocks locks) {
    this.slots = slots;
    this.locks = locks;
  }

  /**
   * Lets a node use a volume, or answers how it was let already. An image becomes that node's.
   *
   * @throws NotFound when there is no such volume, or no such node in its pool
   * @throws VolumeException.Conflict when that node has it in another way
   * @throws NotNow when another node has it and that excludes this one, or may still write to its
   *     image
   * @throws VolumeException.OutOfSpace when the node has as many volumes as it can
   * @throws VolumeException.Invalid when such a volume cannot be used like that
   * @throws VolumeException.Busy when somebody changes the volume just now
   */
  public Publishing publish(VolumeId id, Publication wanted) {
    Pool pool = pool(id);
    return changing(
        id, pool, () -> pool.publishing().publish(id.name(), wanted, () -> countAt(wanted.node())));
  }

  /**
   * Ends that; of all nodes when none is named. Does nothing when it is not so, and when the volume
   * is gone.
   *
   * @throws VolumeException.PoolMissing when the volume's pool, or one that may be it, is not there
   */
  public void unpublish(VolumeId id, Optional<String> node) {
    if (slots.of(id.pool()).isEmpty() && slots.ready().size() == slots.all().size()) {
      return;
    }
    Pool pool = slots.toDeleteIn(id.pool(), "volume " + id);
    changing(
        id,
        pool,
        () -> {
          pool.publishing().unpublish(id.name(), node);
          return id;
        });
  }

  /** Whether a volume lies in a pool that many nodes see. */
  public boolean isShared(VolumeId id) {
    return slots.of(id.pool()).flatMap(PoolSlot::ready).flatMap(Pool::member).isPresent();
  }

  /** The nodes that may use a volume as it was last seen, sorted; asks no disk. */
  public List<String> nodes(VolumeId id) {
    return of(id).publications().keySet().stream().sorted().toList();
  }

  /** The nodes that may use a volume, as the disk has it now, sorted. */
  public List<String> look(VolumeId id) {
    slots.of(id.pool()).flatMap(PoolSlot::ready).ifPresent(pool -> pool.company().look());
    return nodes(id);
  }

  /** Who may use a volume, as it was last seen; asks no disk. */
  public Publishing of(VolumeId id) {
    return slots
        .of(id.pool())
        .flatMap(PoolSlot::ready)
        .map(pool -> pool.publishing().known(id.name()))
        .orElse(Publishing.NONE);
  }

  /**
   * Runs {@code work}, which attaches or mounts the volume here, while nobody changes it. Of a
   * shared pool it must be published to this node, and is handed on as it is then.
   *
   * @param epoch of the publish context, required for an image of a shared pool
   * @throws NotNow when it is not published to this node, or has been published anew since
   */
  public <R> R staging(Volume volume, OptionalLong epoch, Function<Volume, R> work) {
    VolumeId id = volume.id();
    Pool pool = pool(id);
    return pool.member().isEmpty()
        ? work.apply(volume)
        : changing(id, pool, () -> work.apply(pool.publishing().staging(id.name(), epoch)));
  }

  /**
   * Writes down that this node has let go of the volume's image. When that cannot be, the next node
   * takes it for still attached, which costs a clone and loses nothing.
   *
   * @param hasLetGo asked for a shared pool only
   */
  public void unstaged(VolumeId id, BooleanSupplier hasLetGo) {
    Optional<Pool> shared =
        slots.of(id.pool()).flatMap(PoolSlot::ready).filter(pool -> pool.member().isPresent());
    if (shared.isEmpty() || !hasLetGo.getAsBoolean()) {
      return;
    }
    try {
      shared.ifPresent(
          pool ->
              changing(
                  id,
                  pool,
                  () -> {
                    pool.publishing().unstaged(id.name());
                    return id;
                  }));
    } catch (VolumeException e) {
      LOG.info("volume {} is unstaged, and its record does not say so: {}", id, e.getMessage());
    }
  }

  private int countAt(String node) {
    return slots.ready().stream().mapToInt(pool -> pool.publishing().countAt(node)).sum();
  }

  private <R> R changing(VolumeId id, Pool pool, Supplier<R> work) {
    return locks.holding(id.name(), () -> pool.company().changing(id.name(), work));
  }

  private Pool pool(VolumeId id) {
    return slots
        .of(id.pool())
        .orElseThrow(() -> new NotFound("volume " + id + " does not exist"))
        .require();
  }
}
