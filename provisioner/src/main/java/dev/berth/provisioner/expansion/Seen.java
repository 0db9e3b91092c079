package dev.berth.provisioner.expansion;

import dev.berth.provisioner.object.Claim;
import dev.berth.provisioner.object.Klass;
import dev.berth.provisioner.object.Volume;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that was read about a claim that may want to grow.
 *
 * @param volume the PV that it names
 * @param klass its class
 * @param now the time that conditions are stamped with
 */
record Seen(Claim claim, Optional<Volume> volume, Optional<Klass> klass, Instant now) {}
