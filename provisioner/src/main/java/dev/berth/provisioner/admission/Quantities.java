package dev.berth.provisioner.admission;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Sizes as the API writes them. The model accepts any text as a quantity, so the text is judged
 * here.
 */
final class Quantities {
  // The grammar in the API reference of Quantity: signed number, then binary, decimal or exponent
  // suffix.
  private static final Pattern SHAPE =
      Pattern.compile(
          "[+-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([KMGTPE]i|[numkMGTPE]?|[eE][+-]?[0-9]{1,3})");
  private static final String RULE = "must be a quantity such as 10Gi";

  private Quantities() {}

  /** The exact amount, or a fault. */
  static Optional<BigDecimal> read(Faults faults, String field, Quantity quantity) {
    String text = quantity.toString();
    if (!SHAPE.matcher(text).matches()) {
      faults.invalid(field, text, RULE);
      return Optional.empty();
    }
    return Optional.of(Quantity.getAmountInBytes(quantity));
  }

  static void positive(Faults faults, String field, Quantity quantity) {
    read(faults, field, quantity)
        .filter(amount -> amount.signum() <= 0)
        .ifPresent(_ -> faults.invalid(field, quantity.toString(), "must be greater than zero"));
  }

  static void notNegative(Faults faults, String field, Quantity quantity) {
    read(faults, field, quantity)
        .filter(amount -> amount.signum() < 0)
        .ifPresent(
            _ ->
                faults.invalid(
                    field, quantity.toString(), "must be greater than or equal to zero"));
  }
}
