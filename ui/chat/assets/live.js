// Says when the answer that is being made has grown.
watch("value", () => window.citewire && window.citewire.grown && window.citewire.grown(element));
