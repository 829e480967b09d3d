"""A random Llama of a thousand parameters, with LoRA adapters of two ranks under two seeds, for the fixtures of evaluators.

Nothing is trained: A and B are random, so that the runs answer differently.
"""

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ["<pad>", "<s>", "</s>", "<unk>", *"0123456789", "+", "=", "is", "even", "odd", "?", "The", "answer"]


def write(folder):
    """Writes base/ and r4-s1/, r4-s2/, r16-s1/ and r16-s2/ below a folder."""
    words = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Digits(True)])
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )
    config = LlamaConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=128,
        pad_token_id=0,
        bos_token_id=1,
        eos_token_id=2,
        initializer_range=0.5,
    )
    torch.manual_seed(0)
    LlamaForCausalLM(config).save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    for rank in (4, 16):
        for seed in (1, 2):
            base = LlamaForCausalLM.from_pretrained(folder / "base")
            lora = LoraConfig(r=rank, lora_alpha=rank, target_modules="all-linear", task_type="CAUSAL_LM")
            model = get_peft_model(base, lora)
            torch.manual_seed(1000 * rank + seed)
            for name, tensor in model.named_parameters():
                if "lora_" in name:
                    torch.nn.init.normal_(tensor, std=0.3 if "lora_A" in name else 0.3)
            model.save_pretrained(folder / f"r{rank}-s{seed}")
