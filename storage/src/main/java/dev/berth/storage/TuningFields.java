package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.berth.storage.linux.QueueSettings;
import java.time.Duration;

/** A {@link Tuning} as fields of an object. */
final class TuningFields {
  private TuningFields() {}

  static void write(Tuning tuning, ObjectNode node) {
    tuning.undelete().ifPresent(u -> node.put("undelete", u.toString()));
    tuning.queue().discard().ifPresent(d -> node.put("discard", d));
    tuning.queue().readAhead().ifPresent(r -> node.put("readAhead", r.value()));
    tuning.queue().scheduler().ifPresent(s -> node.put("scheduler", s));
  }

  static Tuning read(Fields fields) {
    return new Tuning(
        fields
            .optionalText("undelete")
            .map(_ -> fields.parsed("undelete", "is not a duration", Duration::parse)),
        new QueueSettings(
            fields.optionalBytes("readAhead").map(size -> wholeKibibytes(fields, size)),
            fields.optionalText("scheduler"),
            fields.optionalFlag("discard")));
  }

  private static Bytes wholeKibibytes(Fields fields, Bytes size) {
    if (!size.isMultipleOf(Bytes.ofKiB(1))) {
      throw fields.wrong("readAhead", size.value() + " is not in whole kibibytes");
    }
    return size;
  }
}
