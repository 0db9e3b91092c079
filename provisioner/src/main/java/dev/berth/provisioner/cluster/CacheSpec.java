package dev.berth.provisioner.cluster;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Which objects of a kind a role reads from the cache, and what of them. An embedded cluster has
 * everything in memory and needs none of this.
 *
 * @param kind the kind
 * @param selector what the server is asked for
 * @param keep which of these are kept; one that is no longer kept is told to watchers as deleted,
 *     and reads do not find it
 * @param trim takes away what nobody reads, to save memory; it may change its argument, which
 *     nobody else has. It never takes away the name, namespace, uid, resourceVersion,
 *     deletionTimestamp or finalizers, and takes away items of a list all or none. {@link
 *     Cluster#replace} of an object that was trimmed keeps what was taken away.
 */
public record CacheSpec<T extends HasMetadata>(
    Kind<T> kind, Selector selector, Predicate<T> keep, UnaryOperator<T> trim) {
  private static final UnaryOperator<?> NOTHING = UnaryOperator.identity();

  /** All objects of the kind, whole. */
  @SuppressWarnings("unchecked") // it takes and gives whatever there is
  public static <T extends HasMetadata> CacheSpec<T> of(Kind<T> kind) {
    return new CacheSpec<>(kind, Selector.ALL, _ -> true, (UnaryOperator<T>) NOTHING);
  }

  /** The same, of the selected objects only. */
  public CacheSpec<T> selecting(Selector only) {
    return new CacheSpec<>(kind, only, keep, trim);
  }

  /** The same, of the objects that pass only. */
  public CacheSpec<T> keeping(Predicate<T> only) {
    return new CacheSpec<>(kind, selector, only, trim);
  }

  /** The same, without what this takes away. */
  public CacheSpec<T> trimmed(UnaryOperator<T> less) {
    return new CacheSpec<>(kind, selector, keep, less);
  }

  /** Whether anything is taken away. */
  public boolean trims() {
    return !trim.equals(NOTHING);
  }
}
