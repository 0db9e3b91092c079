package dev.berth.provisioner.admission;

import static java.util.Objects.requireNonNullElse;

import dev.berth.provisioner.cluster.FieldError;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The rules of ConfigMap and Secret. No message has a value in it, only keys. */
final class KeyedRules {
  private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]{1,253}");
  private static final String KEY_RULE =
      "must be letters, digits, '-', '_' and '.', at most 253 characters, and must not be '.' nor"
          + " begin with '..'";
  private static final long LARGEST = 1 << 20;

  private KeyedRules() {}

  /** {@code stringData} is only ever written: its values go to {@code data}. */
  static void complete(Secret secret) {
    secret.setType(requireNonNullElse(secret.getType(), "Opaque"));
    Map<String, String> text = requireNonNullElse(secret.getStringData(), Map.of());
    if (!text.isEmpty()) {
      Map<String, String> data = new TreeMap<>(requireNonNullElse(secret.getData(), Map.of()));
      text.forEach((key, value) -> data.put(key, encoded(value)));
      secret.setData(data);
    }
    secret.setStringData(null);
  }

  private static String encoded(String value) {
    return Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8));
  }

  static void check(Faults faults, Secret secret) {
    Map<String, String> data = requireNonNullElse(secret.getData(), Map.of());
    data.keySet().forEach(key -> checkKey(faults, "data", key));
    size(faults, base64(faults, "data", data));
  }

  static void check(Faults faults, ConfigMap map) {
    Map<String, String> text = requireNonNullElse(map.getData(), Map.of());
    Map<String, String> binary = requireNonNullElse(map.getBinaryData(), Map.of());
    text.keySet().forEach(key -> checkKey(faults, "data", key));
    binary.keySet().forEach(key -> checkKey(faults, "binaryData", key));
    for (String key : binary.keySet()) {
      if (text.containsKey(key)) {
        faults.invalid("data[" + key + "]", key, "duplicate of key present in binaryData");
      }
    }
    long bytes = text.values().stream().mapToLong(KeyedRules::length).sum();
    size(faults, bytes + base64(faults, "binaryData", binary));
  }

  private static long length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static void checkKey(Faults faults, String field, String key) {
    if (!KEY.matcher(key).matches() || key.equals(".") || key.startsWith("..")) {
      faults.invalid(field, key, KEY_RULE);
    }
  }

  /** How many bytes the values are; each that is no base64 is a fault. */
  private static long base64(Faults faults, String field, Map<String, String> data) {
    long bytes = 0;
    for (Map.Entry<String, String> each : data.entrySet()) {
      try {
        bytes += Base64.getDecoder().decode(each.getValue()).length;
      } catch (IllegalArgumentException _) { // its message would tell a part of the value
        String at = field + "[" + each.getKey() + "]";
        faults.add(
            new FieldError(at, "Invalid value: must be base64; plain text goes into stringData"));
      }
    }
    return bytes;
  }

  private static void size(Faults faults, long bytes) {
    if (bytes > LARGEST) {
      faults.add(
          new FieldError("data", "Too long: " + bytes + " bytes: may not be more than " + LARGEST));
    }
  }

  static void checkChange(Faults faults, Secret stored, Secret next) {
    if (!Objects.equals(stored.getType(), next.getType())) {
      faults.invalid("type", next.getType(), "field is immutable");
    }
    if (Boolean.TRUE.equals(stored.getImmutable())) {
      stays(faults, "immutable", stored.getImmutable(), next.getImmutable());
      stays(faults, "data", stored.getData(), next.getData());
    }
  }

  static void checkChange(Faults faults, ConfigMap stored, ConfigMap next) {
    if (Boolean.TRUE.equals(stored.getImmutable())) {
      stays(faults, "immutable", stored.getImmutable(), next.getImmutable());
      stays(faults, "data", stored.getData(), next.getData());
      stays(faults, "binaryData", stored.getBinaryData(), next.getBinaryData());
    }
  }

  private static void stays(Faults faults, String field, Object before, Object after) {
    if (!requireNonNullElse(before, Map.of()).equals(requireNonNullElse(after, Map.of()))) {
      faults.forbid(field, "field is immutable when `immutable` is set");
    }
  }
}
