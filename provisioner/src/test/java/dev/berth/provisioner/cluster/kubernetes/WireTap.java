package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.Json;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a watch of all objects of a kind sends, byte by byte. */
public final class WireTap implements AutoCloseable {
  private static final int CHUNK = 1 << 16;

  private final InputStream body;
  private final LongAdder bytes = new LongAdder();
  private final LongAdder events = new LongAdder();
  private volatile String ended = "";

  private WireTap(InputStream body) {
    this.body = body;
    Thread.ofVirtual().start(this::drain);
  }

  /** Begins to watch, from now on. */
  public static WireTap open(ApiConnection connection, Kind<?> kind) {
    try {
      String now =
          Json.mapper()
              .readTree(connection.send(list(kind)))
              .path("metadata")
              .path("resourceVersion")
              .asText();
      Map<String, String> watch =
          Map.of("watch", "true", "resourceVersion", now, "timeoutSeconds", "600");
      return new WireTap(
          connection.stream(Call.read("watch", kind, ApiPath.of(kind, Selector.ALL, watch))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many bytes a list of all objects of the kind has. */
  public static long listed(ApiConnection connection, Kind<?> kind) {
    return connection.send(list(kind)).length;
  }

  private static Call list(Kind<?> kind) {
    return Call.read("list", kind, ApiPath.of(kind, Selector.ALL, Map.of()));
  }

  private void drain() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
        bytes.add(count);
        for (int i = 0; i < count; i++) {
          if (chunk[i] == '\n') {
            events.increment();
          }
        }
      }
      ended = "the server ended the watch";
    } catch (IOException e) {
      ended = e.toString();
    }
  }

  /** Why it does not count any more; empty while it does. */
  public String ended() {
    return ended;
  }

  public long bytes() {
    return bytes.sum();
  }

  public long events() {
    return events.sum();
  }

  @Override
  public void close() {
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
