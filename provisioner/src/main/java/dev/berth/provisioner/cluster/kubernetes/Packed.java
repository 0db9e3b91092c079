package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.cache.Held;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * One version of an object as JSON, a third of what its maps and strings weigh; it is made anew
 * whenever somebody asks, which takes some microseconds.
 */
final class Packed<T extends HasMetadata> implements Held<T> {
  private final Kind<T> kind;
  private final byte[] json;
  private final long version;

  Packed(Kind<T> kind, T object) {
    this.kind = kind;
    this.json = Json.bytes(object);
    this.version = Versions.of(object);
  }

  long version() {
    return version;
  }

  @Override
  public T object() {
    try {
      return Json.parse(kind, json);
    } catch (IOException e) {
      throw new UncheckedIOException("what was written cannot be read", e);
    }
  }
}
