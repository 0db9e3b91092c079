package dev.berth.provisioner.cluster.kubernetes;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * The objects that were unpacked last. Whatever changes is looked at by its index, by each watcher
 * and by the controllers that these wake, all within a moment; so a few hundred are enough, and ten
 * thousand objects at rest still weigh no more than their JSON.
 */
final class Unpacked {
  private final int most;

  @GuardedBy("this")
  private final @Nullable Packed<?>[] ring;

  @GuardedBy("this")
  private int next;

  /**
   * @param most how many are remembered; about 4 KB each
   */
  Unpacked(int most) {
    this.most = most;
    this.ring = new Packed<?>[most];
  }

  /** This one now has its object; the one that got it longest ago loses its own. */
  synchronized void add(Packed<?> packed) {
    Packed<?> eldest = ring[next];
    if (eldest != null) {
      eldest.forget();
    }
    ring[next] = packed;
    next = (next + 1) % most;
  }
}
