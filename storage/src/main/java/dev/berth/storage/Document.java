package dev.berth.storage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.VolumeException.Damaged;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalInt;

/**
 * The JSON files of a pool: one way to spell a content, and a checksum over it as the last field,
 * so that any changed byte is found, white space included.
 */
final class Document {
  /** The only format that documents other than {@link VolumeFile} have had so far. */
  static final int FORMAT = 1;

  private static final String CHECKSUM = "checksum";
  private static final String FORMAT_FIELD = "format";
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter WRITER =
      JSON.writer(new DefaultPrettyPrinter().withObjectIndenter(INDENT).withArrayIndenter(INDENT));

  private Document() {}

  /** A content without fields but its format, {@link #FORMAT}. */
  static ObjectNode begin() {
    return begin(FORMAT);
  }

  /** A content without fields but its format. */
  static ObjectNode begin(int format) {
    return JSON.createObjectNode().put(FORMAT_FIELD, format);
  }

  /** The format that a content says that it has. */
  static int format(ObjectNode content) {
    return content.path(FORMAT_FIELD).asInt();
  }

  /** The file that keeps {@code content}. */
  static byte[] seal(ObjectNode content) {
    ObjectNode sealed = content.deepCopy();
    sealed.put(CHECKSUM, checksum(content));
    return render(sealed);
  }

  /** The content of a file, or {@link Damaged} with the file's name and what is wrong with it. */
  static ObjectNode open(Path file, byte[] bytes) {
    return open(file, bytes, FORMAT);
  }

  /** The same, of a document that has had the formats from 1 to {@code newest}. */
  static ObjectNode open(Path file, byte[] bytes, int newest) {
    ObjectNode sealed = parse(file, bytes);
    newerFormat(sealed, newest)
        .ifPresent(
            format -> {
              throw new Damaged(file + ": " + newer(format, newest));
            });
    JsonNode written = sealed.path(CHECKSUM);
    ObjectNode content = sealed.deepCopy();
    content.remove(CHECKSUM);
    String computed = checksum(content);
    if (!written.asText().equals(computed) || !Arrays.equals(render(sealed), bytes)) {
      throw new Damaged(
          file
              + ": field checksum does not match the rest of the file, so the file has changed"
              + " since it was written; restore it from a backup, or see docs/pool-format.md");
    }
    if (format(content) < 1) {
      throw new Damaged(file + ": field format is none of 1 to " + newest);
    }
    return content;
  }

  /** The format of a file that a newer release wrote; empty for anything else, damaged or not. */
  static OptionalInt newerFormat(Path file, byte[] bytes, int newest) {
    try {
      return newerFormat(parse(file, bytes), newest);
    } catch (Damaged _) {
      return OptionalInt.empty();
    }
  }

  static String newer(int format, int newest) {
    return "format " + format + ", this Berth knows " + newest + "; upgrade Berth";
  }

  private static OptionalInt newerFormat(ObjectNode node, int newest) {
    JsonNode format = node.path(FORMAT_FIELD);
    return format.isInt() && format.asInt() > newest
        ? OptionalInt.of(format.asInt())
        : OptionalInt.empty();
  }

  private static ObjectNode parse(Path file, byte[] bytes) {
    try {
      if (JSON.readTree(bytes) instanceof ObjectNode node) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw new Damaged(file + ": is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new Damaged(file + ": is not JSON: " + Quoted.of(String.valueOf(e.getMessage())), e);
    }
    throw new Damaged(file + ": is not a JSON object");
  }

  private static byte[] render(ObjectNode node) {
    try {
      byte[] json = WRITER.writeValueAsBytes(node);
      byte[] line = Arrays.copyOf(json, json.length + 1);
      line[json.length] = '\n';
      return line;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes can always be written", e);
    }
  }

  private static String checksum(ObjectNode content) {
    return "sha256:" + HexFormat.of().formatHex(sha256(render(content)));
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
