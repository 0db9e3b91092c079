package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import com.google.protobuf.ByteString;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/** The keys of a ConfigMap or Secret with their bytes. */
final class ObjectData {
  private ObjectData() {}

  static Map<String, ByteString> of(ConfigMap map) {
    Map<String, ByteString> data = decoded(map.getBinaryData());
    requireNonNullElse(map.getData(), Map.<String, String>of())
        .forEach((key, text) -> data.put(key, ByteString.copyFromUtf8(text)));
    return data;
  }

  static Map<String, ByteString> of(Secret secret) {
    return decoded(secret.getData());
  }

  /** The API has refused what is no base64. */
  private static Map<String, ByteString> decoded(Map<String, String> base64) {
    Map<String, ByteString> data = new HashMap<>();
    requireNonNullElse(base64, Map.<String, String>of())
        .forEach((key, text) -> data.put(key, decode(key, text)));
    return data;
  }

  private static ByteString decode(String key, String text) {
    try {
      return ByteString.copyFrom(Base64.getDecoder().decode(text));
    } catch (IllegalArgumentException _) { // its message would tell a part of the secret
      throw new IllegalArgumentException("data." + key + " is no base64; apply it again");
    }
  }
}
