// Hands what was clicked to the server: "submit" asks a question, "select" opens a conversation.
window.citewire = window.citewire || {};
window.citewire.tell = (event, data) => trigger(event, data);
