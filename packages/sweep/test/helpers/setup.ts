import { useFakeTrainer } from "./fake-trainer.ts";

useFakeTrainer();
