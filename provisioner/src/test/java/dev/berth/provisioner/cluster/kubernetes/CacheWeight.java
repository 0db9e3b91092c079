package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.CacheSpec;
import dev.berth.provisioner.cluster.Json;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/**
 * What a cache of many objects weighs, and how long it takes to fill.
 *
 * @param bytes of heap for each object, the index entries included
 * @param perSecond so many objects are read from JSON, trimmed and kept in a second of one core
 */
public record CacheWeight(long bytes, long perSecond) {
  /** Fills a cache with copies of an object under other names, out of one list, as a start does. */
  public static <T extends HasMetadata> CacheWeight of(CacheSpec<T> spec, T sample, int count) {
    byte[] list = list(sample, count);
    KindCache<T> cache = new KindCache<>(spec, new Unpacked(1));
    long before = used();
    long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try {
      var _ = Frames.list(new ByteArrayInputStream(list), spec.kind().type(), cache::told);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    long after = used();
    int kept = cache.list().size();
    if (kept != count) {
      throw new IllegalStateException(kept + " of " + count + " objects are kept");
    }
    return new CacheWeight((after - before) / count, Math.round(count / seconds));
  }

  private static <T extends HasMetadata> byte[] list(T sample, int count) {
    String name = sample.getMetadata().getName();
    String uid = sample.getMetadata().getUid();
    String one = Json.text(sample);
    StringBuilder all = new StringBuilder("{\"metadata\":{\"resourceVersion\":\"9\"},\"items\":[");
    for (int i = 0; i < count; i++) {
      String number = "%012d".formatted(i);
      all.append(i == 0 ? "" : ",")
          .append(
              one.replace(uid, uid.substring(0, uid.length() - 12) + number)
                  .replace("\"name\":\"" + name + "\"", "\"name\":\"x-" + number + "\""));
    }
    return all.append("]}").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static long used() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }
}
