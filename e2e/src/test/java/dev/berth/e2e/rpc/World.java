package dev.berth.e2e.rpc;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import dev.berth.e2e.harness.Scratch;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.Status.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of the table talk about: a driver on an xfs pool of 2 GiB with an unused volume,
 * one that is staged and published, raw ones with snapshots, and a group. Words such as {@code
 * ${good}} stand for its ids and paths, and for parts that many requests have.
 */
final class World implements AutoCloseable {
  /** Before anything was made. */
  static final World NONE = new World(null, null);

  private static final String WRITER = "access_mode { mode: SINGLE_NODE_WRITER }";
  private final @Nullable Scratch scratch;
  private final @Nullable Driver driver;
  private final Map<String, String> words = new HashMap<>();
  private final Map<String, MethodDescriptor<Message, Message>> methods = new TreeMap<>();

  private World(@Nullable Scratch scratch, @Nullable Driver driver) {
    this.scratch = scratch;
    this.driver = driver;
    if (driver != null) {
      Methods.byName(driver.methods(), methods);
    }
  }

  static World make() throws IOException {
    Scratch scratch = new Scratch();
    try {
      Path pool = scratch.filesystem("xfs", "disk", 2048).mountPoint();
      World world = new World(scratch, scratch.own(new Driver(pool, scratch.folder("state"))));
      world.furnish(scratch);
      return world;
    } catch (RuntimeException | IOException e) {
      scratch.close();
      throw e;
    }
  }

  private void furnish(Scratch scratch) throws IOException {
    words.put("mount", "{ mount { fs_type: \"ext4\" } " + WRITER + " }");
    words.put("many", "{ mount { } access_mode { mode: SINGLE_NODE_MULTI_WRITER } }");
    words.put("raw", "{ block { } " + WRITER + " }");
    words.put("shared", "{ mount { } access_mode { mode: MULTI_NODE_MULTI_WRITER } }");
    words.put("32M", "{ required_bytes: 33554432 }");
    words.put("here", "{ segments { key: \"topology.local.berth.dev/node\" value: \"node-1\" } }");
    words.put("there", "{ segments { key: \"topology.local.berth.dev/node\" value: \"node-9\" } }");
    words.put("128", "x".repeat(128));
    words.put("129", "x".repeat(129));
    words.put("4097", "x".repeat(4097));
    for (String folder : new String[] {"staging", "staging2", "free"}) {
      words.put(folder, scratch.folder(folder).toString());
    }
    for (String target : new String[] {"target", "target2"}) {
      words.put(target, scratch.folder("targets").resolve(target).toString());
    }
    volume("good", "${mount}");
    volume("once", "${mount}");
    volume("used", "${mount}");
    volume("block", "${raw}");
    volume("other", "${raw}");
    stage("used", "${many}", "staging", "target");
    stage("once", "${mount}", "staging2", "target2");
    snapshot("s1", "block");
    snapshot("s2", "block");
    snapshot("s3", "other");
    String group =
        ask(
            "CreateVolumeGroupSnapshot",
            "name: \"g1\" source_volume_ids: \"${block}\" source_volume_ids: \"${other}\"");
    words.put("group", between(group, "group_snapshot { group_snapshot_id: \""));
    words.put("m1", between(group, "snapshots { size_bytes: 33554432 snapshot_id: \""));
    String rest = group.substring(group.indexOf(fillIn("${m1}")) + 1);
    words.put("m2", between(rest, "snapshots { size_bytes: 33554432 snapshot_id: \""));
  }

  private void volume(String name, String capability) throws IOException {
    String made =
        ask(
            "CreateVolume",
            "name: \"%s\" capacity_range ${32M} volume_capabilities %s"
                .formatted(name, capability));
    words.put(name, between(made, "volume_id: \""));
  }

  private void snapshot(String name, String volume) throws IOException {
    String made =
        ask("CreateSnapshot", "name: \"%s\" source_volume_id: \"${%s}\"".formatted(name, volume));
    words.put(name, between(made, "snapshot_id: \""));
  }

  private void stage(String volume, String capability, String staging, String target)
      throws IOException {
    String common =
        "volume_id: \"${%s}\" staging_target_path: \"${%s}\" volume_capability %s "
            .formatted(volume, staging, capability);
    var _ = ask("NodeStageVolume", common);
    var _ = ask("NodePublishVolume", common + "target_path: \"${%s}\"".formatted(target));
  }

  private static String between(String text, String before) {
    int begin = text.indexOf(before) + before.length();
    return text.substring(begin, text.indexOf('"', begin));
  }

  /** The answer as text. */
  private String ask(String rpc, String request) throws IOException {
    MethodDescriptor<Message, Message> method = method(rpc);
    Message.Builder message = Methods.request(method).newBuilderForType();
    TextFormat.merge(fillIn(request), message);
    Answer answer = Answer.of(channel(), method, message.build());
    if (answer.code() != Code.OK) {
      throw new IllegalStateException(rpc + " " + request + ": " + answer);
    }
    return Row.text(answer.messages().getFirst());
  }

  /** {@code text} with what its words stand for. */
  String fillIn(String text) {
    String filled = text;
    for (Map.Entry<String, String> word : words.entrySet()) {
      filled = filled.replace("${" + word.getKey() + "}", word.getValue());
    }
    return filled.contains("${") && !filled.equals(text) ? fillIn(filled) : filled;
  }

  /** Every RPC by its name. */
  Map<String, MethodDescriptor<Message, Message>> methods() {
    return methods;
  }

  MethodDescriptor<Message, Message> method(String rpc) {
    MethodDescriptor<Message, Message> method = methods.get(rpc);
    if (method == null) {
      throw new IllegalArgumentException("no RPC is called " + rpc);
    }
    return method;
  }

  Channel channel() {
    if (driver == null) {
      throw new IllegalStateException("not made yet");
    }
    return driver.channel();
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
    }
  }
}
