package dev.berth.e2e.rpc;

import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.berth.csi.v1.Csi;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Messages by their descriptors, so that no field of no RPC is forgotten. What a field is called
 * decides what is likely in it.
 */
final class RandomMessages {
  /** What must never be seen again. */
  static final String SECRET = "s3cret-of-the-caller";

  static final int PLACES = 6;
  private static final List<Long> SIZES =
      List.of(0L, 1L, 4096L, 1L << 20, 32L << 20, 40L << 20, 300L << 20, 1L << 50, -1L);
  private static final List<Long> NUMBERS = List.of(0L, 0L, 1L, 2L, 3L, 1000L, -1L, Long.MAX_VALUE);
  private static final List<String> JUNK =
      List.of(
          "",
          "x",
          "../../etc/passwd",
          "fake-vol-id",
          "abcd1234.nothing",
          "name\nwith\tlines",
          "n\u0000ul",
          "\u00fcml\u00e4ut \ud83d\ude80",
          "x".repeat(128),
          "x".repeat(129),
          "%s%n{}",
          "--option");
  private static final Map<String, List<String>> PARAMETERS =
      Map.of(
          "pool", List.of("disk", "none", ""),
          "allocation", List.of("thin", "thin", "thick", "fat"),
          "blockSize", List.of("512", "4096", "7"),
          "undelete", List.of("0s", "0s", "soon"),
          "maxFreeze", List.of("2s", "1m", "never"),
          "discard", List.of("on", "off", "perhaps"),
          "readAhead", List.of("128Ki", "4Mi", "0", "lots"),
          "scheduler", List.of("none", "mq-deadline", "cfq"));

  private final Random random;
  private final Known known;
  private final Path places;

  /**
   * @param places a folder with the folders {@code staging-0} … and {@code targets}
   */
  RandomMessages(Random random, Known known, Path places) {
    this.random = random;
    this.known = known;
    this.places = places;
  }

  Message fill(Message prototype) {
    Message.Builder message = prototype.newBuilderForType();
    int dice = random.nextInt(10);
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      if (isChosen(field, dice) && random.nextInt(100) < likely(field)) {
        set(message, field);
      }
    }
    return message.build();
  }

  /** One field of each choice; the last more often, which of block and mount is mount. */
  private static boolean isChosen(FieldDescriptor field, int dice) {
    if (field.getContainingOneof() == null) {
      return true;
    }
    List<FieldDescriptor> choices = field.getContainingOneof().getFields();
    return field.equals(choices.get(dice < 7 ? choices.size() - 1 : dice % choices.size()));
  }

  /** How often a field is set, of a hundred times. */
  private static int likely(FieldDescriptor field) {
    return switch (field.getName()) {
      case "accessibility_requirements", "accessible_topology", "volume_content_source" -> 12;
      case "starting_token", "starting_offset", "volume_mount_group" -> 15;
      case "mutable_parameters" -> 70;
      case "mutable_params", "parameters", "mount_flags" -> 15;
      case "publish_context", "volume_context", "max_entries", "max_results" -> 30;
      case "limit_bytes" -> 20;
      case "readonly" -> 40;
      case "secrets" -> 50;
      default -> 94;
    };
  }

  private void set(Message.Builder message, FieldDescriptor field) {
    if (field.isMapField()) {
      map(message, field);
    } else if (field.isRepeated()) {
      for (int left = 1 + random.nextInt(3) / 2; left > 0; left--) {
        message.addRepeatedField(field, value(message, field));
      }
    } else {
      message.setField(field, value(message, field));
    }
  }

  private Object value(Message.Builder message, FieldDescriptor field) {
    return switch (field.getJavaType()) {
      case MESSAGE -> fill(message.newBuilderForField(field).buildPartial());
      case STRING -> text(message, field.getName());
      case LONG -> number(field.getName());
      case INT -> number(field.getName()).intValue();
      case BOOLEAN -> random.nextBoolean();
      case ENUM -> choice(field.getEnumType());
      case FLOAT, DOUBLE, BYTE_STRING ->
          throw new IllegalStateException("CSI has no such field: " + field);
    };
  }

  private Object choice(EnumDescriptor type) {
    int dice = random.nextInt(20);
    if (dice == 0) {
      return type.findValueByNumberCreatingIfUnknown(99);
    }
    boolean writer = type.getName().equals("Mode") && dice < 15;
    return writer
        ? type.findValueByNumber(random.nextBoolean() ? 1 : 7)
        : type.getValues().get(random.nextInt(type.getValues().size()));
  }

  private Long number(String field) {
    boolean size = field.endsWith("_bytes");
    return size && random.nextInt(4) > 0
        ? (Long) (random.nextBoolean() ? 32L << 20 : 40L << 20)
        : one(size ? SIZES : NUMBERS);
  }

  private String text(Message.Builder message, String field) {
    if (random.nextInt(14) == 0) {
      return one(JUNK);
    }
    if (Known.isKnown(field)) {
      return known.any(field, random);
    }
    return switch (field) {
      case "name" -> "n-" + random.nextInt(24);
      case "fs_type" -> one(List.of("", "", "", "", "ext4", "ext4", "xfs", "btrfs"));
      case "mount_flags" -> one(List.of("noatime", "ro", "discard", "nodev", "context=" + SECRET));
      case "staging_target_path" -> place("staging-" + placeOf(message));
      case "target_path" -> place("targets/t-" + random.nextInt(PLACES));
      case "volume_path", "volume_publish_path" ->
          place(random.nextBoolean() ? "targets/t-" + random.nextInt(PLACES) : "staging-0");
      case "node_id" -> "node-1";
      default -> one(JUNK);
    };
  }

  /** Most often the one place that its volume is always staged at. */
  private int placeOf(Message.Builder message) {
    FieldDescriptor id = message.getDescriptorForType().findFieldByName("volume_id");
    return id == null || random.nextInt(8) == 0
        ? random.nextInt(PLACES)
        : Math.floorMod(message.getField(id).hashCode(), PLACES);
  }

  /** Sometimes where nothing may be touched. */
  private String place(String name) {
    return switch (random.nextInt(40)) {
      case 0 -> places.resolve("outside/file/x").toString();
      case 1 -> places + "/targets/../outside/x";
      case 2 -> name;
      case 3 -> places.resolve("outside/link").toString();
      case 4 -> "/" + "y".repeat(5000);
      default -> places.resolve(name).toString();
    };
  }

  private void map(Message.Builder message, FieldDescriptor field) {
    FieldDescriptor key = field.getMessageType().findFieldByName("key");
    FieldDescriptor value = field.getMessageType().findFieldByName("value");
    Message.Builder entry = message.newBuilderForField(field);
    if (field.getOptions().getExtension(Csi.csiSecret)) {
      entry.setField(key, "password").setField(value, SECRET);
    } else if (field.getName().equals("segments")) {
      entry.setField(key, "topology.local.berth.dev/node");
      entry.setField(value, random.nextInt(5) == 0 ? "node-9" : "node-1");
    } else {
      String name = one(List.copyOf(PARAMETERS.keySet()));
      boolean junk = random.nextInt(10) == 0;
      entry.setField(key, junk ? one(JUNK) : name);
      entry.setField(
          value,
          junk ? "y".repeat(random.nextInt(6000)) : one(PARAMETERS.getOrDefault(name, JUNK)));
    }
    message.addRepeatedField(field, entry.build());
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
