// Lets the panel call the server.
window.citewire = window.citewire || {};
window.citewire.server = server;
