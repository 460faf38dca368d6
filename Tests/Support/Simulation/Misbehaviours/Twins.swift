/// Two machines with one identity and a disk each: both run the shipped replica, honestly, and contradict each other
/// (Bano and others, "Twins: BFT Systems Made Robust", OPODIS 2021). The second machine is the simulator's to make.
struct Twins: Misbehaviour {}
