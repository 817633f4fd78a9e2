# A running Express application with express-session, passport and connect-redis; see express_app.mjs.
#
#   my $app = ExpressApp->new($redis, secrets => ['v1'], prefix => 'mine:', max_age => 3_600_000);
#   … backend => $app->backend …
package ExpressApp;

use strict;
use warnings;

use Carp qw(croak);
use JSON::PP ();

use NodeProcess;
use Npm;
use Workspace qw(folder read_file free_port);

sub new {
    my ($class, $redis, %option) = @_;
    my $folder = Npm::modules(qw(express@5.1.0 express-session@1.18.2 connect-redis@9.0.0 redis@5.8.2 passport@0.7.0));
    my $self = bless {port => free_port()}, $class;
    my $secrets = JSON::PP->new->encode([map { read_file(folder() . "/$_.key") } @{$option{secrets}}]);
    $self->{process} = NodeProcess->new($folder, 'express_app.mjs', $self->{port}, $redis->port, $secrets,
        $option{prefix} // '-', $option{max_age} // 3_600_000);
    $self->{process}->line(qr/^ready$/, 20) or croak 'the Express application does not start';
    return $self;
}

sub backend { "location / { proxy_pass http://127.0.0.1:$_[0]{port}; proxy_set_header X-User \$http_x_user; }" }

1;
