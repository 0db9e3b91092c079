package dev.berth.provisioner.simulation;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Change;
import dev.berth.provisioner.cluster.Cluster;
import dev.berth.provisioner.cluster.ClusterException;
import dev.berth.provisioner.cluster.Index;
import dev.berth.provisioner.cluster.JsonPatch;
import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Notice;
import dev.berth.provisioner.cluster.Preconditions;
import dev.berth.provisioner.cluster.Subscription;
import dev.berth.provisioner.cluster.cache.Watcher;
import dev.berth.provisioner.cluster.embedded.MemoryStore;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One process's connection to the cluster: its caches lag, its calls stand still and fail. */
final class SimulatedCluster implements Cluster {
  private final MemoryStore store;
  private final boolean lagging;
  private final Pauses pauses;
  private final Map<Kind<?>, View<?>> views = new HashMap<>();
  private long looked = -1;
  private final List<Watcher<?>> watchers = new ArrayList<>();

  /**
   * A connection.
   *
   * @param lagging whether reads from the cache are behind; else only what watchers are told is
   */
  SimulatedCluster(MemoryStore store, boolean lagging, Pauses pauses) {
    this(store, Kind.ALL.stream().<CacheSpec<?>>map(CacheSpec::of).toList(), lagging, pauses);
  }

  /** A connection that keeps these objects; what they are trimmed by is kept. */
  SimulatedCluster(MemoryStore store, List<CacheSpec<?>> caches, boolean lagging, Pauses pauses) {
    this.store = store;
    this.lagging = lagging;
    this.pauses = pauses;
    caches.forEach(this::keep);
  }

  private <T extends HasMetadata> void keep(CacheSpec<T> cache) {
    views.put(
        cache.kind(),
        new View<>(
            cache.kind(),
            store,
            object -> cache.selector().matches(object) && cache.keep().test(object)));
  }

  /** The caches, in the order of their kinds. */
  List<View<?>> views() {
    return Kind.ALL.stream().<View<?>>mapMulti(this::present).toList();
  }

  private void present(Kind<?> kind, Consumer<View<?>> into) {
    View<?> view = views.get(kind);
    if (view != null) {
      into.accept(view);
    }
  }

  /** The watches, in the order in which they were begun. */
  List<Watcher<?>> watchers() {
    return watchers;
  }

  boolean lagging() {
    return lagging;
  }

  @SuppressWarnings("unchecked") // made for this kind
  <T extends HasMetadata> View<T> view(Kind<T> kind) {
    View<T> view = (View<T>) views.get(kind);
    if (view == null) {
      throw new IllegalArgumentException(kind + " is no kind of this cluster");
    }
    return view;
  }

  /** A cache that does not lag has everything. */
  void catchUp() {
    views
        .values()
        .forEach(
            view -> {
              while (view.behind()) {
                view.advance();
              }
            });
  }

  @Override
  public <T extends HasMetadata> Optional<T> get(Kind<T> kind, Key key) {
    var _ = pauses.at(Point.Stage.CALM, "get " + kind.plural() + " " + key);
    return view(kind).get(key);
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind) {
    var _ = pauses.at(Point.Stage.CALM, "list " + kind.plural());
    return view(kind).all();
  }

  @Override
  public <T extends HasMetadata> List<T> list(Kind<T> kind, Index index, String value) {
    if (!index.covers(kind)) {
      throw new IllegalArgumentException(index + " is not an index of " + kind);
    }
    var _ = pauses.at(Point.Stage.CALM, "list " + kind.plural() + " " + index + "=" + value);
    return view(kind).under(index, value);
  }

  @Override
  public <T extends HasMetadata> Optional<T> getLive(Kind<T> kind, Key key) {
    String what = "get live " + kind.plural() + " " + key;
    if (pauses.at(Point.Stage.LIVE, what) instanceof Fault.Unavailable) {
      throw unavailable(what);
    }
    return store.get(kind, key);
  }

  @Override
  public <T extends HasMetadata> void eachLive(Kind<T> kind, Consumer<T> each) {
    String what = "list live " + kind.plural();
    if (pauses.at(Point.Stage.LIVE, what) instanceof Fault.Unavailable) {
      throw unavailable(what);
    }
    looked = store.revision();
    store.list(kind).forEach(each);
  }

  /** The revision of the store when this process last read all objects of a kind; -1 for never. */
  long looked() {
    return looked;
  }

  @Override
  public <T extends HasMetadata> T create(T object) {
    return write(Point.Stage.WRITE, "create", object, () -> store.create(object));
  }

  @Override
  public <T extends HasMetadata> T replace(T object) {
    return write(Point.Stage.REPLACE, "replace", object, () -> store.replace(object));
  }

  @Override
  public <T extends HasMetadata> T replaceStatus(T object) {
    return write(Point.Stage.REPLACE, "status of", object, () -> store.replaceStatus(object));
  }

  @Override
  public <T extends HasMetadata> T patch(Kind<T> kind, Key key, JsonPatch patch) {
    return call(
        new Point(Point.Stage.WRITE, "patch " + kind.plural() + " " + key),
        kind,
        key.name(),
        () -> store.patch(kind, key, patch));
  }

  @Override
  public <T extends HasMetadata> void delete(Kind<T> kind, Key key, Preconditions preconditions) {
    this.<T, Boolean>call(
        new Point(Point.Stage.WRITE, "delete " + kind.plural() + " " + key),
        kind,
        key.name(),
        () -> {
          store.delete(kind, key, preconditions);
          wrote(kind, key);
          return true;
        });
  }

  private <T extends HasMetadata> T write(
      Point.Stage stage, String verb, T object, Supplier<T> effect) {
    Kind<T> kind = Kind.of(object);
    String name = String.valueOf(object.getMetadata().getName());
    return call(new Point(stage, verb + " " + kind.plural() + " " + name), kind, name, effect);
  }

  private <T extends HasMetadata, R> R call(
      Point point, Kind<T> kind, String name, Supplier<R> effect) {
    Fault fault = pauses.at(point);
    if (fault instanceof Fault.Unavailable) {
      throw unavailable(point.what());
    }
    if (fault instanceof Fault.Conflict) {
      throw ClusterException.Conflict.modified(kind, name);
    }
    R result = effect.get();
    if (result instanceof HasMetadata written && !(fault instanceof Fault.LostReply)) {
      wrote(kind, Key.of(written));
    }
    if (!lagging) {
      catchUp();
    }
    var _ = pauses.at(Point.Stage.CALM, "done: " + point.what());
    if (fault instanceof Fault.LostReply) {
      throw unavailable(point.what());
    }
    return result;
  }

  private void wrote(Kind<?> kind, Key key) {
    View<?> view = views.get(kind);
    if (view != null) {
      view.wrote(key);
    }
  }

  private static ClusterException unavailable(String what) {
    return new ClusterException.Unavailable(what + ": the simulated cluster does not answer");
  }

  @Override
  public <T extends HasMetadata> Subscription watch(Kind<T> kind, Consumer<Change<T>> listener) {
    Watcher<T> watcher = view(kind).watch(listener);
    watchers.add(watcher);
    return watcher;
  }

  @Override
  public void event(Notice notice) {
    store.event(notice);
    if (!lagging) {
      catchUp();
    }
  }

  @Override
  public void close() {
    List.copyOf(watchers).forEach(Watcher::close);
    watchers.clear();
  }
}
