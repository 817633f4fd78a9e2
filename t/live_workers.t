# Every worker hears of a revocation, whichever of them Redis tells: within a moment, also those that a reload has left
# behind with their connections, and where every request asks (`strict`).
use FindBin;
use lib "$FindBin::Bin/lib";
use Everywhere;
use Kit;
use LiveApp;

new_key('v1');
my $redis = RedisServer->new;
my $app = LiveApp->new;

sub play {
    my ($mode) = @_;
    my $realm = "key v1 file=v1.key; cookie access_token; $mode @{[ $redis->directives ]}";
    my $nginx = Nginx->new(
        workers => 3,
        realm => $realm,
        server => Everywhere::server(),
        locations => $app->location('/'),
    );
    my $port = Everywhere::port($nginx);
    my @clients;

    # Streams on each worker, those of one user; how many there are.
    my $begin = sub {
        my ($user, $cookie) = ($_[0], cookie(mint({sub => $_[0], sid => "s-$_[0]"})));
        my %on;
        for (1 .. 200) {
            my $client = Client->connect(port => $port);
            $client->send(Client::format_request('GET', '/events', $cookie, 'Connection: keep-alive'));
            my $end = time + patience(5);
            $client->fill($end) or die 'no stream' until $client->{input} =~ /^X-Worker: (\d+)/mi;
            push @{$on{$1}}, $client;
            last if keys %on == 3;
        }
        is scalar(keys %on), 3, "$mode: streams of $user on each worker";
        return map {@$_} values %on;
    };
    my $all_end = sub {
        my ($name, @clients) = @_;
        my $end = time + patience(10);
        my $open = grep { my $got; 1 while $got = $_->fill($end); time >= $end } @clients;
        is $open, 0, "$mode: $name";
    };

    my @first = $begin->('a');
    my @others = $begin->('b');
    $redis->cli('SET', 'session:revoked:{a}:s-a', 1);
    $all_end->('a revocation ends them all', @first);
    is scalar($nginx->log_lines('ended: reason=revoked user="a"')), scalar(@first), "$mode: each once";

    ok $nginx->reload, "$mode: a reload";
    my @new = $begin->('b');
    is scalar($nginx->workers('all')), 6, "$mode: the workers of before are there";
    $redis->cli('SET', 'session:stale:{b}', '*');
    $all_end->('they end after a reload', @others);
    $all_end->('and so do those of the new workers', @new);
    eventually { $nginx->workers('all') == 3 } 10, "$mode: then the workers of before have gone";

    # With another zone nobody tells the workers of before: they ask.
    my @left = $begin->('c');
    ok $nginx->reload(realm => "$realm zone 8m;"), "$mode: a reload with another zone";
    $redis->cli('SET', 'session:stale:{c}', '*');
    $all_end->('they end too', @left);
    undef @$_ for \@first, \@others, \@new, \@left;
    $nginx->quit;
    $redis->cli('FLUSHALL');
}

play('');
play('revocation strict;');

done;
