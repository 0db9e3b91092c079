package dev.berth.e2e.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Ids and tokens that answers have told, for requests that are nearly valid. */
final class Known {
  private static final Map<String, String> KINDS =
      Map.of(
          "volume_id", "volume",
          "source_volume_id", "volume",
          "source_volume_ids", "volume",
          "snapshot_id", "snapshot",
          "snapshot_ids", "snapshot",
          "base_snapshot_id", "snapshot",
          "target_snapshot_id", "snapshot",
          "group_snapshot_id", "group",
          "starting_token", "token",
          "next_token", "token");

  /** The newest are the most likely to be there still. */
  private static final int RECENT = 6;

  private final Map<String, List<String>> byKind = new TreeMap<>();
  private final Set<String> seen = new HashSet<>();

  static boolean isKnown(String field) {
    return KINDS.containsKey(field);
  }

  /** Takes in what an answer says. */
  void learn(Message answer) {
    for (Map.Entry<FieldDescriptor, Object> entry : answer.getAllFields().entrySet()) {
      FieldDescriptor field = entry.getKey();
      switch (entry.getValue()) {
        case Message part -> learn(part);
        case String text -> add(field.getName(), text);
        case List<?> list when !field.isMapField() ->
            list.forEach(
                one -> {
                  if (one instanceof Message part) {
                    learn(part);
                  }
                });
        default -> {}
      }
    }
  }

  private void add(String field, String text) {
    String kind = KINDS.get(field);
    if (kind != null && seen.add(kind + " " + text)) {
      byKind.computeIfAbsent(kind, _ -> new ArrayList<>()).add(text);
    }
  }

  /** One for that field; most often of its own kind and recent. */
  String any(String field, Random random) {
    String kind =
        random.nextInt(12) == 0
            ? List.of("volume", "snapshot", "group", "token").get(random.nextInt(4))
            : KINDS.getOrDefault(field, "volume");
    List<String> all = byKind.getOrDefault(kind, List.of());
    if (all.isEmpty()) {
      return "";
    }
    return random.nextInt(4) == 0
        ? all.get(random.nextInt(all.size()))
        : all.get(all.size() - 1 - random.nextInt(Math.min(RECENT, all.size())));
  }
}
