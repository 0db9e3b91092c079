package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Watcher;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The caches of a cluster, each kept up to date by a follower. */
final class Caches implements AutoCloseable {
  /** More objects than a burst has under way at a time; a megabyte. */
  private static final int UNPACKED = 256;

  private final Map<Kind<?>, KindCache<?>> caches = new LinkedHashMap<>();
  private final List<Follower<?>> followers = new ArrayList<>();
  private final Unpacked lately = new Unpacked(UNPACKED);

  private Caches() {}

  /** Begins to follow; the caches are empty until {@link #awaitListed}. */
  static Caches start(ApiConnection connection, List<CacheSpec<?>> specs, Pace pace) {
    Caches all = new Caches();
    specs.forEach(spec -> all.add(connection, spec, pace));
    all.followers.forEach(Follower::start);
    return all;
  }

  /** Returns when each has its first list. */
  void awaitListed() throws InterruptedException {
    for (Follower<?> follower : followers) {
      follower.awaitListed();
    }
  }

  private <T extends HasMetadata> void add(ApiConnection connection, CacheSpec<T> spec, Pace pace) {
    KindCache<T> cache = new KindCache<>(spec, lately);
    if (caches.put(spec.kind(), cache) != null) {
      throw new IllegalArgumentException("two caches of " + spec.kind() + ": give it one");
    }
    followers.add(new Follower<>(connection, spec, cache, pace));
  }

  /** The cache of this kind, if it has one. */
  @SuppressWarnings("unchecked") // a kind's cache holds objects of that kind
  <T extends HasMetadata> Optional<KindCache<T>> find(Kind<T> kind) {
    return Optional.ofNullable((KindCache<T>) caches.get(kind));
  }

  /** The cache of a kind that must have one. */
  <T extends HasMetadata> KindCache<T> of(Kind<T> kind) {
    return find(kind)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    kind + " is not cached here: give its CacheSpec when the cluster is opened"));
  }

  Optional<String> trouble() {
    return followers.stream().flatMap(follower -> follower.trouble().stream()).findFirst();
  }

  @Override
  public void close() {
    followers.forEach(Follower::close);
    caches.values().forEach(cache -> cache.watchers().forEach(Watcher::close));
  }
}
