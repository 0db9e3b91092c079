package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Held;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * One version of an object as JSON, a third of what its maps and strings weigh; it is made anew
 * whenever somebody asks, a tenth of a millisecond of a small JVM, unless it was asked for lately.
 */
final class Packed<T extends HasMetadata> implements Held<T> {
  private final Kind<T> kind;
  private final byte[] json;
  private final long version;
  private final Unpacked lately;
  private volatile @Nullable T object;

  /**
   * @param object nobody changes it any more
   * @param lately where it is remembered for a while
   */
  Packed(Kind<T> kind, T object, Unpacked lately) {
    this.kind = kind;
    this.json = Json.bytes(object);
    this.version = Versions.of(object);
    this.lately = lately;
    this.object = object;
    lately.add(this);
  }

  long version() {
    return version;
  }

  @Override
  public T object() {
    T known = object;
    if (known != null) {
      return known;
    }
    T made = unpack();
    object = made;
    lately.add(this);
    return made;
  }

  private T unpack() {
    try {
      return Json.parse(kind, json);
    } catch (IOException e) {
      throw new UncheckedIOException("what was written cannot be read", e);
    }
  }

  /** Only the JSON stays. */
  void forget() {
    object = null;
  }
}
