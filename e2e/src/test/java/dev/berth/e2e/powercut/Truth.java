package dev.berth.e2e.powercut;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the driver has promised so far: a volume or a file counts from the moment its call was
 * answered.
 */
final class Truth {
  /**
   * One volume as its user knows it. Sizes in bytes; files by name with the byte they are filled
   * with.
   */
  record Known(
      boolean created,
      boolean deleteBegun,
      boolean deleted,
      long atLeast,
      long atMost,
      Map<String, Byte> files) {
    Known {
      files = Map.copyOf(files);
    }
  }

  @GuardedBy("this")
  private final Map<String, Known> volumes = new LinkedHashMap<>();

  synchronized Map<String, Known> now() {
    return Map.copyOf(volumes);
  }

  synchronized void createBegins(String name, long size) {
    volumes.put(name, new Known(false, false, false, size, size, Map.of()));
  }

  synchronized void created(String name) {
    volumes.computeIfPresent(
        name, (n, v) -> new Known(true, false, false, v.atLeast(), v.atMost(), v.files()));
  }

  synchronized void expandBegins(String name, long size) {
    volumes.computeIfPresent(
        name, (n, v) -> new Known(v.created(), false, false, v.atLeast(), size, v.files()));
  }

  synchronized void expanded(String name, long size) {
    volumes.computeIfPresent(
        name, (n, v) -> new Known(v.created(), false, false, size, v.atMost(), v.files()));
  }

  synchronized void written(String name, String file, byte fill) {
    volumes.computeIfPresent(
        name,
        (n, v) -> {
          Map<String, Byte> files = new LinkedHashMap<>(v.files());
          files.put(file, fill);
          return new Known(v.created(), false, false, v.atLeast(), v.atMost(), files);
        });
  }

  synchronized void deleteBegins(String name) {
    volumes.computeIfPresent(
        name, (n, v) -> new Known(v.created(), true, false, v.atLeast(), v.atMost(), Map.of()));
  }

  synchronized void deleted(String name) {
    volumes.computeIfPresent(
        name, (n, v) -> new Known(v.created(), true, true, v.atLeast(), v.atMost(), Map.of()));
  }
}
